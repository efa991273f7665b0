/**
 * How many words each of mypy's options takes as its value; those of 1.0 to 2.4 together. What is not listed is a
 * switch, or of a mypy that we do not know.
 */
const values: ReadonlyMap<string, number> = new Map([
  ...[
    '--always-false',
    '--always-true',
    '--cache-dir',
    '--command',
    '--config-file',
    '--custom-typeshed-dir',
  ].map(one),
  ...[
    '--custom-typing-module',
    '--deprecated-calls-exclude',
    '--disable-error-code',
    '--enable-error-code',
  ].map(one),
  ...[
    '--enable-incomplete-feature',
    '--exclude',
    '--find-occurrences',
    '--follow-imports',
    '--junit-format',
  ].map(one),
  ...['--junit-xml', '--line-checking-stats', '--module', '--num-workers', '--output', '--package'].map(one),
  ...['--package-root', '--platform', '--python-executable', '--python-version', '--quickstart-file'].map(
    one,
  ),
  ...['--soft-error-limit', '--sqlite-num-shards', '--timing-stats', '--untyped-calls-exclude'].map(one),
  ...['--any-exprs-report', '--cobertura-xml-report', '--html-report', '--linecount-report'].map(one),
  ...[
    '--linecoverage-report',
    '--lineprecision-report',
    '--memory-xml-report',
    '--txt-report',
    '--xml-report',
  ].map(one),
  ...['--xslt-html-report', '--xslt-txt-report'].map(one),
  ['--shadow-file', 2],
  // As many as there are up to the next option.
  ['--cache-map', Infinity],
]);

/** Short options with a value, by their long name (`-a` has none). */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['-a', '-a'],
  ['-c', '--command'],
  ['-m', '--module'],
  ['-n', '--num-workers'],
  ['-O', '--output'],
  ['-p', '--package'],
]);

const switches =
  /^--(no|allow|disallow|show|hide|warn|check|ignore|implicit|explicit|strict|follow-untyped|force|skip|dump|fast|local)(-|$)/;
const moreSwitches =
  /^--(pretty|incremental|namespace-packages|extra-checks|color-output|error-summary|verbose|non-interactive|sqlite-cache|scripts-are-modules|report-deprecated-as-note|exclude-gitignore|native-parser|fixed-format-cache|cache-fine-grained)$/;

export interface KnownOption {
  /** The long name, also where an abbreviation or the short one was written. */
  readonly name: string;
  /** How many words follow as its value; `undefined` where we do not know whether any does. */
  readonly values: number | undefined;
}

/** `written` is one word up to its `=`, beginning with a dash. */
export function knownOption(written: string): KnownOption {
  const name = shortNames.get(written) ?? written;
  const exact = values.get(name) ?? (shortNames.has(written) ? 1 : undefined);
  if (exact !== undefined) return { name, values: exact };
  if (switches.test(written) || moreSwitches.test(written) || /^-[vVhi]+$/.test(written))
    return { name, values: 0 };
  // argparse takes any unambiguous beginning.
  const completed = written.startsWith('--')
    ? [...values].find(([long]) => long.startsWith(written))
    : undefined;
  return completed ? { name: completed[0], values: completed[1] } : { name, values: undefined };
}

function one(name: string): [string, number] {
  return [name, 1];
}
