import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { findGitDirectory, type GitDirectory } from './git-directory.js';
import type { GitHead } from './git-head.js';
import { isCommit, readRef, symbolicRefIn } from './git-refs.js';

/** Where the checked-out commit comes from. All of it may be missing: that makes a run slower, never wrong. */
export interface Lineage {
  /** Nearest first (latest first, as git lists them), without the commit of the head itself. */
  readonly ancestors: readonly string[];
  readonly defaultBranch: string | undefined;
}

export interface LineageOptions {
  /** Ancestors at most. Default: 100. */
  readonly limit?: number;
  /** For each git process. Default: 2000. */
  readonly timeoutMs?: number;
  /** For git. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Asks git: one process, two where the default branch cannot be read from a file. Never rejects: without git, in a
 * repository that git refuses (another owner) or cannot read, there is less lineage.
 */
export async function readLineage(
  root: string,
  head: GitHead | undefined,
  options: LineageOptions,
): Promise<Lineage> {
  const git = findGitDirectory(root);
  if (!git || !head) return { ancestors: [], defaultBranch: undefined };
  const [ancestors, defaultBranch] = await Promise.all([
    readAncestors(git, head.commit, options),
    readDefaultBranch(git, options),
  ]);
  return { ancestors, defaultBranch };
}

/**
 * All parents, not the first ones alone: after a merge of the default branch, what was checked last may be on either
 * side. `raw`, because it shows the parents as the commit has them; elsewhere git hides those that a shallow clone cuts off.
 */
async function readAncestors(
  git: GitDirectory,
  commit: string | undefined,
  { limit = 100, ...options }: LineageOptions,
): Promise<readonly string[]> {
  const args = ['rev-list', '--pretty=raw', `--max-count=${limit + 1}`, commit ?? 'HEAD', '--'];
  const text = await runGit(git, args, options);
  const ancestors = new Set([...hashesAfter('commit', text), ...hashesAfter('parent', text)]);
  if (commit !== undefined) ancestors.delete(commit);
  return [...ancestors].slice(0, limit);
}

/** Of whole lines: the last one may have been cut off. A message cannot fake one, as git indents it. */
function hashesAfter(word: string, text: string): readonly string[] {
  const lines = text.split('\n').slice(0, -1);
  const hashes = lines
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1));
  return hashes.filter(isCommit);
}

/** What the remote said when it was cloned; else what the user calls such a branch, or everybody, where there is one. */
async function readDefaultBranch(git: GitDirectory, options: LineageOptions): Promise<string | undefined> {
  const remote = symbolicRefIn(readRef(git, `${origin}HEAD`) ?? '');
  if (remote?.startsWith(origin)) return remote.slice(origin.length);
  const configured = (await runGit(git, ['config', '--get', 'init.defaultBranch'], options)).trim();
  return [configured, 'main', 'master'].find((name) => name !== '' && hasBranch(git, name));
}

const origin = 'refs/remotes/origin/';

function hasBranch(git: GitDirectory, name: string): boolean {
  return [`refs/heads/${name}`, `${origin}${name}`].some((ref) => readRef(git, ref) !== undefined);
}

/** A hundred commits are 100 kB. */
const maxOutputBytes = 8 * 1024 * 1024;

/** What it wrote, however it ended: the lines it got to are true. */
function runGit(
  { topLevel }: GitDirectory,
  args: readonly string[],
  options: LineageOptions,
): Promise<string> {
  const settings = {
    // Not the project: Windows would start a `git.exe` that lies there.
    cwd: dirname(process.execPath),
    env: { ...options.env, ...gitEnv },
    timeout: options.timeoutMs ?? 2000,
    killSignal: 'SIGKILL',
    maxBuffer: maxOutputBytes,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    execFile('git', ['-C', topLevel, ...args], settings, (_error, stdout) => {
      resolve(stdout);
    });
  });
}

const gitEnv = {
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone would fetch what it lacks, over the network and with a question for the password.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  // A hook has these set, for its own repository.
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_COMMON_DIR: undefined,
};
