import { join } from 'node:path';
import { findGitDirectory, readText, worktreeNameOf, type GitDirectory } from './git-directory.js';
import { commitAt, isCommit, symbolicRefIn } from './git-refs.js';

/** What is checked out. */
export interface GitHead {
  /** Its hash in hex: SHA-1 or SHA-256. `undefined` before the first commit, and where only git itself can tell. */
  readonly commit: string | undefined;
  /** Without `refs/heads/`; `undefined` where no branch is checked out. */
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

function whatIsAt(git: GitDirectory, text: string): Pick<GitHead, 'commit' | 'branch'> {
  if (isCommit(text)) return { commit: text, branch: undefined };
  const name = symbolicRefIn(text);
  // With reftable it reads `refs/heads/.invalid`: there only git can tell.
  if (name === undefined) return { commit: undefined, branch: undefined };
  const branch = name.startsWith(heads) ? name.slice(heads.length) : undefined;
  return { commit: commitAt(git, name), branch };
}

const heads = 'refs/heads/';
