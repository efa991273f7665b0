import { readCiJob } from './git-ci-job.js';
import { findGitDirectory, type GitDirectory } from './git-directory.js';
import type { GitHead } from './git-head.js';
import { runGit, type GitOptions } from './git-process.js';
import { isCommit, readRef, symbolicRefIn } from './git-refs.js';

/** Where the checked-out commit comes from. All of it may be missing: that makes a run slower, never wrong. */
export interface Lineage {
  /** Nearest first (latest first, as git lists them), without the commit of the head itself. */
  readonly ancestors: readonly string[];
  /** Where the pull request that this is a CI job for is to be merged. */
  readonly targetBranch: string | undefined;
  readonly defaultBranch: string | undefined;
}

export interface LineageOptions extends GitOptions {
  /** Ancestors at most. Default: 200, as many names as are asked for at once. */
  readonly limit?: number;
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
  if (!git || !head) return { ancestors: [], targetBranch: undefined, defaultBranch: undefined };
  const [ancestors, defaultBranch] = await Promise.all([
    readAncestors(git, head.commit, options),
    readDefaultBranch(git, options),
  ]);
  return { ancestors, targetBranch: readCiJob(options.env)?.targetBranch, defaultBranch };
}

/**
 * All parents, not the first ones alone: after a merge of the default branch, what was checked last may be on either
 * side. `raw`, because it shows the parents as the commit has them; elsewhere git hides those that a shallow clone cuts off.
 */
async function readAncestors(
  git: GitDirectory,
  commit: string | undefined,
  { limit = 200, ...options }: LineageOptions,
): Promise<readonly string[]> {
  const args = ['rev-list', '--pretty=raw', `--max-count=${limit + 1}`, commit ?? 'HEAD', '--'];
  const { text } = await runGit(git, args, options);
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

/**
 * What the remote said when it was cloned, which a CI system's checkout does not keep; else what that system says; else
 * what the user calls such a branch, or everybody, where there is one.
 */
async function readDefaultBranch(git: GitDirectory, options: GitOptions): Promise<string | undefined> {
  const remote = symbolicRefIn(readRef(git, `${origin}HEAD`) ?? '');
  if (remote?.startsWith(origin)) return remote.slice(origin.length);
  const told = readCiJob(options.env)?.defaultBranch;
  if (told !== undefined) return told;
  const configured = await runGit(git, ['config', '--get', 'init.defaultBranch'], options);
  return [configured.text.trim(), 'main', 'master'].find((name) => name !== '' && hasBranch(git, name));
}

const origin = 'refs/remotes/origin/';

function hasBranch(git: GitDirectory, name: string): boolean {
  return [`refs/heads/${name}`, `${origin}${name}`].some((ref) => readRef(git, ref) !== undefined);
}
