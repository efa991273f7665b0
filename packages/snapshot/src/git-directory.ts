import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where the parts of a git repository are. Found by reading files, as all in here: git itself takes 5 ms to start. */
export interface GitDirectory {
  /** The folder that holds `.git`. */
  readonly topLevel: string;
  /** What belongs to this worktree: `HEAD`. */
  readonly gitDir: string;
  /** What all worktrees of the repository share: branches, tags, configuration. */
  readonly commonDir: string;
}

/** `undefined` where the folder is in no repository, or in one that is not understood. */
export function findGitDirectory(folder: string): GitDirectory | undefined {
  const topLevel = nearestAncestor(folder, isTopLevel);
  if (topLevel === undefined) return undefined;
  const dotGit = join(topLevel, '.git');
  const gitDir = isFile(dotGit) ? linkedGitDir(dotGit) : dotGit;
  return gitDir === undefined ? undefined : { topLevel, gitDir, commonDir: commonDirOf(gitDir) };
}

/** The folder itself, or the next one above it, for which the condition holds. */
export function nearestAncestor(folder: string, condition: (folder: string) => boolean): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (condition(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** `main` for the one that came with the repository, else the name that `git worktree list` knows it by. */
export function worktreeNameOf({ gitDir, commonDir }: GitDirectory): string {
  return gitDir === commonDir ? 'main' : basename(gitDir);
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // below a file, or below a folder that is closed to us
    return false;
  }
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** As git has it: a folder `.git` without a `HEAD` is none of its own. */
function isTopLevel(folder: string): boolean {
  const dotGit = join(folder, '.git');
  return isFile(join(dotGit, 'HEAD')) || isFile(dotGit);
}

/** Worktrees and submodules have a file that says where their git directory is. */
function linkedGitDir(dotGit: string): string | undefined {
  const [, path] = /^gitdir: (.+)/.exec(readText(dotGit) ?? '') ?? [];
  const gitDir = path === undefined ? undefined : resolve(dirname(dotGit), path.trimEnd());
  return gitDir !== undefined && isFile(join(gitDir, 'HEAD')) ? gitDir : undefined;
}

function commonDirOf(gitDir: string): string {
  const path = readText(join(gitDir, 'commondir'))?.trimEnd();
  return path === undefined ? gitDir : resolve(gitDir, path);
}
