/** Options of mypy 1.0 to 2.4 that take one word as their value. */
const withValue = wordsIn(`
  --always-false --always-true --any-exprs-report --cache-dir --cobertura-xml-report --command --config-file
  --custom-typeshed-dir --custom-typing-module --deprecated-calls-exclude --disable-error-code --enable-error-code
  --enable-incomplete-feature --exclude --find-occurrences --follow-imports --html-report --junit-format --junit-xml
  --line-checking-stats --linecount-report --linecoverage-report --lineprecision-report --memory-xml-report --module
  --num-workers --output --package --package-root --platform --python-executable --python-version --quickstart-file
  --soft-error-limit --sqlite-num-shards --timing-stats --txt-report --untyped-calls-exclude --xml-report
  --xslt-html-report --xslt-txt-report
`);

const valuesOf: ReadonlyMap<string, number> = new Map([
  ...withValue.map((name) => [name, 1] as const),
  ['--shadow-file', 2],
  // As many as there are up to the next option.
  ['--cache-map', Infinity],
]);

/** Short options with a value, by their long name (`-a` has none). */
const longNames: ReadonlyMap<string, string> = new Map([
  ['-a', '-a'],
  ['-c', '--command'],
  ['-m', '--module'],
  ['-n', '--num-workers'],
  ['-O', '--output'],
  ['-p', '--package'],
]);

/** Families of options without a value, and those that stand alone. */
const families =
  /^--(no|allow|disallow|show|hide|warn|check|ignore|implicit|explicit|strict|follow-untyped|force|skip|dump|fast|local)(-|$)/;
const switches: ReadonlySet<string> = new Set(
  wordsIn(`
    --cache-fine-grained --color-output --error-summary --exclude-gitignore --extra-checks --fixed-format-cache
    --incremental --namespace-packages --native-parser --non-interactive --pretty --report-deprecated-as-note
    --scripts-are-modules --sqlite-cache --verbose -v -vv -i
  `),
);

export interface KnownOption {
  /** The long name, also where an abbreviation or the short one was written. */
  readonly name: string;
  /** How many words follow as its value; `undefined` where we do not know whether any does. */
  readonly values: number | undefined;
}

/** `written` is one word up to its `=`, beginning with a dash. */
export function knownOption(written: string): KnownOption {
  const name = longNames.get(written) ?? written;
  const values = valuesOf.get(name) ?? (longNames.has(written) ? 1 : undefined);
  if (values !== undefined) return { name, values };
  if (families.test(written) || switches.has(written)) return { name, values: 0 };
  return completed(written) ?? { name, values: undefined };
}

/** argparse takes any unambiguous beginning of an option for it. */
function completed(written: string): KnownOption | undefined {
  if (!written.startsWith('--')) return undefined;
  const found = [...valuesOf].find(([name]) => name.startsWith(written));
  return found && { name: found[0], values: found[1] };
}

export function wordsIn(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
