import { isCi } from './git-ci-job.js';
import { findGitDirectory } from './git-directory.js';
import type { GitHead } from './git-head.js';
import { runGit, type GitOptions } from './git-process.js';

/** Does a check see what the checked-out commit holds? Where nobody can tell, take it for `dirty`. */
export type WorkTree = 'clean' | 'dirty' | 'unknown';

/**
 * Asks git, one process: is a file of the whole repository, submodules included, changed against the commit of the head,
 * staged or not? `dirty` also where another commit is checked out by now. Never rejects: `unknown` outside git, and where
 * git fails or takes too long.
 *
 * Whoever adds a module writes it before git knows it, so a file that is neither tracked nor ignored counts. Not in CI:
 * there the checkout is made of the commit and the rest by the job itself (a virtual environment, what it builds), the same
 * for everybody who checks that commit so. What git was told to overlook (`assume-unchanged`, a sparse checkout) is
 * overlooked here: any snapshot is correct, and this decides only which one others start from.
 */
export async function readWorkTree(
  root: string,
  head: GitHead | undefined,
  options: GitOptions,
): Promise<WorkTree> {
  const git = findGitDirectory(root);
  if (!git || !head) return 'unknown';
  const { text, isWhole } = await runGit(git, statusArgs(options), options);
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.some((line) => !line.startsWith('#'))) return 'dirty';
  if (!isWhole) return 'unknown';
  return head.commit === undefined || lines.includes(`# branch.oid ${head.commit}`) ? 'clean' : 'dirty';
}

/** https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
function statusArgs({ env }: GitOptions): readonly string[] {
  const [untracked, ignoredInSubmodules] = isCi(env) ? ['no', 'untracked'] : ['normal', 'none'];
  return [
    // It would start a daemon that outlives us, or a hook that nobody stops.
    ...['-c', 'core.fsmonitor=false'],
    ...['status', '--porcelain=v2', '--branch'],
    // Both look at history and blobs, for what is not asked here.
    ...['--no-ahead-behind', '--no-renames'],
    ...[`--untracked-files=${untracked}`, `--ignore-submodules=${ignoredInSubmodules}`],
  ];
}
