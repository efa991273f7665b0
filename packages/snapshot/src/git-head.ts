import { join } from 'node:path';
import { readCiJob, type CiJob } from './git-ci-job.js';
import { findGitDirectory, readText, worktreeNameOf, type GitDirectory } from './git-directory.js';
import { commitAt, isCommit, symbolicRefIn } from './git-refs.js';

/** What is checked out. */
export interface GitHead {
  /** Its hash in hex: SHA-1 or SHA-256. `undefined` before the first commit, and where only git itself can tell. */
  readonly commit: string | undefined;
  /** Without `refs/heads/`; `undefined` where no branch is checked out. May be a pull request: see `headOf`. */
  readonly branch: string | undefined;
  /** The worktree's name; `main` for the one that came with the repository. */
  readonly worktree: string;
}

/** Reads files and starts no process: for every run. `undefined` outside git. */
export function readHead(root: string): GitHead | undefined {
  const git = findGitDirectory(root);
  if (!git) return undefined;
  const text = readText(join(git.gitDir, 'HEAD'))?.trim() ?? '';
  return { ...whatIsAt(git, text), worktree: worktreeNameOf(git) };
}

/** What `readHead` says, with the branch or pull request that a CI system says this is a job for. */
export function headOf(root: string, env: Readonly<Record<string, string | undefined>>): GitHead | undefined {
  const head = readHead(root);
  const job = readCiJob(env);
  return head && job ? { ...head, branch: branchFor(head, job) } : head;
}

function branchFor(head: GitHead, job: CiJob): string | undefined {
  // Some merge the request into a checkout of the target branch, and a fork's branch may be called `main`: what is checked
  // out there is not what its name says.
  if (job.isPullRequest) return job.branch;
  if (head.branch !== undefined) return head.branch;
  // A job for the default branch may check out anything: GitHub's `workflow_run` has a pull request's commit here.
  const isAnother = job.commit !== undefined && job.commit !== head.commit;
  return isAnother ? undefined : job.branch;
}

function whatIsAt(git: GitDirectory, text: string): Pick<GitHead, 'commit' | 'branch'> {
  if (isCommit(text)) return { commit: text, branch: undefined };
  const name = symbolicRefIn(text);
  // With reftable it reads `refs/heads/.invalid`: there only git can tell.
  if (name === undefined) return { commit: undefined, branch: undefined };
  const branch = name.startsWith(heads) ? name.slice(heads.length) : undefined;
  return { commit: commitAt(git, name), branch };
}

const heads = 'refs/heads/';
