import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ciSystems, type CiSystem } from '../init/ci-files.js';
import { planInit, type InitPlan, type PlannedFile } from '../init/init-plan.js';
import { ProjectFiles } from '../init/project-files.js';
import { jsonOption, jsonOptionHelp, projectRootOf } from '../project.js';
import { shown, table } from '../text.js';
import { refuseOperands, UsageError, type Verb, type VerbInput } from '../verb.js';

export const verb: Verb = {
  name: 'init',
  about:
    'Find the checkers of this project, and show the configuration and the CI job for them; --write writes both',
  usage: 'init [--write] [--ci SYSTEM] [--remote URL] [--json]',
  options: {
    ...jsonOption,
    write: { type: 'boolean' },
    ci: { type: 'string' },
    remote: { type: 'string' },
  },
  optionHelp: [
    { usage: '--write', about: 'write the files that are shown; none that is there is touched' },
    { usage: '--ci SYSTEM', about: `${ciSystems.join(', ')} (default: what the project has)` },
    {
      usage: '--remote URL',
      about: 'a store that a team shares, without its password, such as redis://host:6379',
    },
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 2,
  async run(input) {
    refuseOperands(input.operands);
    const { options, terminal } = input;
    const files = new ProjectFiles(projectRootOf(input));
    const plan = planInit(files, { ci: ciOf(input), remote: remoteOf(input) });
    const isWriting = options['write'] === true;
    if (isWriting) for (const file of plan.files) write(files.root, file);
    if (options['json']) terminal.print(JSON.stringify({ ...plan, written: isWriting }, undefined, 2));
    else terminal.print(textOf(plan, files.root, isWriting));
    return plan.checks.length > 0 ? 0 : 1;
  },
};

/** @throws {UsageError} */
function ciOf({ options: { ci } }: VerbInput): CiSystem | undefined {
  const system = ciSystems.find((name) => name === ci);
  if (system !== undefined || ci === undefined) return system;
  throw new UsageError(`--ci ${shown(String(ci))} is not known; write ${ciSystems.join(', ')}`);
}

/** @throws {UsageError} */
function remoteOf({ options: { remote } }: VerbInput): string | undefined {
  if (typeof remote !== 'string') return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(remote))
    throw new UsageError(`--remote ${shown(remote)} is no URL; write redis://host:6379, say`);
  // A configuration is in version control.
  if (remote.includes('@') && !/:\/\/[^@]*\$\{\w+\}@/.test(remote))
    throw new UsageError(
      'a URL with a user or a password does not belong into the configuration; write ${NAME}, a variable, in its place: redis://${REDIS_AUTH}@host',
    );
  return remote;
}

/** Together, or it was there first. */
function write(root: string, { path, content, isThere }: PlannedFile): void {
  if (isThere) return;
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { flag: 'wx' });
}

function textOf(plan: InitPlan, root: string, isWriting: boolean): string {
  const { checkers, checks, files, advice } = plan;
  const found = checkers.map(({ name, command, because, passedThrough }) => [
    `  ${name}`,
    passedThrough === undefined ? command.join(' ') : `is run as it is: ${passedThrough}`,
    `(${because})`,
  ]);
  if (checks.length === 0) {
    const none = [
      `No checker that cleanmiss can help was found in ${root}.`,
      'It looks for mypy.ini, setup.cfg and pyproject.toml, and for typescript, eslint, prettier and stylelint in package.json.',
      'Another one can be described in cleanmiss.config.json: see docs/checkers/custom.md.',
    ];
    return [...(found.length > 0 ? ['Found:', table(found), ''] : []), ...none].join('\n');
  }
  const title = ({ path, isThere }: PlannedFile) =>
    isThere ? `${path} is there, and is left as it is.` : `${isWriting ? 'Written' : 'Would write'}: ${path}`;
  const shownFiles = files.map((file) =>
    file.isThere || isWriting ? title(file) : `${title(file)}\n\n${indented(file.content)}`,
  );
  const isOpen = !isWriting && files.some(({ isThere }) => !isThere);
  return [
    `Found in ${root}:`,
    columnsOf(found),
    '',
    'Try:',
    ...checks.map((check) => `  ${check}`),
    '',
    ...shownFiles,
    '',
    ...advice,
    ...(isOpen ? ['Nothing is written yet: cleanmiss init --write does it.'] : []),
  ].join('\n');
}

function columnsOf(rows: readonly (readonly string[])[]): string {
  const [first, second] = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map(([a, b, c]) => `${a!.padEnd(first!)}  ${b!.padEnd(second!)}  ${c!}`).join('\n');
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
}
