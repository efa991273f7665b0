import { basename, dirname, join, relative, sep } from 'node:path';
import { findGitDirectory, readText, type GitDirectory } from './git-directory.js';
import { readGitConfig } from './git-config.js';
import { normaliseRemoteUrl, withoutGitSuffix } from './remote-url.js';

/**
 * A name for the project that is the same in every checkout of it: where it was cloned from, or else what its folder is
 * called. Without absolute paths and without credentials. A folder within the repository comes after `//`.
 */
export function projectIdentity(root: string): string {
  const git = findGitDirectory(root);
  if (!git) return nameOf(root);
  const repository = originOf(git) ?? nameOf(mainFolderOf(git));
  const path = relative(git.topLevel, root).split(sep).join('/');
  return path === '' ? repository : `${repository}//${path}`;
}

function originOf({ commonDir }: GitDirectory): string | undefined {
  const url = readGitConfig(readText(join(commonDir, 'config')) ?? '', 'remote', 'origin', 'url');
  return url === undefined ? undefined : normaliseRemoteUrl(url);
}

/** The worktree that came with the repository. A submodule has its own top level; of a bare repository take its folder. */
function mainFolderOf({ commonDir, gitDir, topLevel }: GitDirectory): string {
  if (basename(commonDir) === '.git') return dirname(commonDir);
  return commonDir === gitDir ? topLevel : withoutGitSuffix(commonDir);
}

function nameOf(folder: string): string {
  return basename(folder) || 'unnamed';
}
