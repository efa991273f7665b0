import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findGitDirectory, isFile, nearestAncestor } from './git-directory.js';

/**
 * The nearest folder upwards with a file of the configuration's name, else git's top level, else the folder itself.
 * Through symbolic links, as git has it: the project is where the files are, by whatever way one came. So the
 * answer holds the real path of `cwd`, not always `cwd` as it was written.
 */
export function findProjectRoot(cwd: string, configFileName: string): string {
  const folder = realpathSync(cwd);
  const hasConfig = (ancestor: string) => isFile(join(ancestor, configFileName));
  return nearestAncestor(folder, hasConfig) ?? findGitDirectory(folder)?.topLevel ?? folder;
}
