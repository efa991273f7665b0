import { ciFile, type CiSystem, type InitFile } from './ci-files.js';
import type { FoundChecker } from './found-checker.js';
import { installationOf } from './installation.js';
import { npmCheckers } from './npm-checkers.js';
import type { ProjectFiles } from './project-files.js';
import { pythonCheckers } from './python-checkers.js';

/** What `init` has found, and what it would do. */
export interface InitPlan {
  readonly checkers: readonly FoundChecker[];
  /** Shell lines to try. */
  readonly checks: readonly string[];
  readonly files: readonly PlannedFile[];
  /** For people, a sentence each. */
  readonly advice: readonly string[];
}

export interface PlannedFile extends InitFile {
  /** Something stands there already, which is left as it is. */
  readonly isThere: boolean;
}

export interface InitWishes {
  /** Default: what the project has. */
  readonly ci: CiSystem | undefined;
  /** The URL of a store that a team shares. */
  readonly remote: string | undefined;
}

const schema = 'https://unpkg.com/@cleanmiss/open-cache/cleanmiss.schema.json';

export function planInit(files: ProjectFiles, { ci, remote }: InitWishes): InitPlan {
  const checkers = [...pythonCheckers(files), ...npmCheckers(files)];
  const cached = checkers.filter(({ passedThrough }) => passedThrough === undefined);
  if (cached.length === 0) return { checkers, checks: [], files: [], advice: [] };
  const cleanmiss = files.has('package.json') ? 'npx cleanmiss' : 'npx --yes cleanmiss';
  const checks = cached.map(({ kind, command }) =>
    shellWords(kind === 'npm' && !launchers.has(command[0]!) ? ['npx', ...command] : command),
  );
  const config = { $schema: schema, ...(remote === undefined ? {} : { remote }) };
  const workflow = ciFile(ci ?? usedCi(files), {
    installation: installationOf(files, checkers),
    checks,
    cleanmiss,
    wantsPython: cached.some(({ kind }) => kind === 'python'),
    hasRemote: remote !== undefined,
  });
  const wanted = [
    { path: 'cleanmiss.config.json', content: `${JSON.stringify(config, undefined, 2)}\n` },
    ...(workflow ? [workflow] : []),
  ];
  return {
    checkers,
    checks: checks.map((check) => `${cleanmiss} run -- ${check}`),
    files: wanted.map((file) => ({ ...file, isThere: files.has(file.path) })),
    advice: adviceFor(files, checkers, remote),
  };
}

const launchers: ReadonlySet<string> = new Set(['npx', 'npm', 'yarn', 'pnpm', 'bunx', 'node']);

function usedCi(files: ProjectFiles): CiSystem {
  if (files.has('.github')) return 'github';
  return files.has('.gitlab-ci.yml') ? 'gitlab' : 'none';
}

function adviceFor(
  files: ProjectFiles,
  checkers: readonly FoundChecker[],
  remote: string | undefined,
): readonly string[] {
  const usesPrettier = checkers.some(({ name }) => name === 'prettier');
  const ignored = /^\/?\.cleanmiss\/?$/m.test(
    `${files.text('.prettierignore')}\n${files.text('.gitignore')}`,
  );
  return [
    ...(files.has('package.json') ? ['Install it where CI finds it: npm install --save-dev cleanmiss'] : []),
    ...(usesPrettier && !ignored
      ? ['Prettier reads no nested ignore files: write .cleanmiss/ into .prettierignore.']
      : []),
    ...(remote === undefined
      ? ['A team that has a Redis or a shared directory adds --remote URL.']
      : [
          'CI reads the URL with its password from the secrets CLEANMISS_REMOTE_WRITER and CLEANMISS_REMOTE_READER.',
        ]),
  ];
}

/** For a POSIX shell. */
function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
