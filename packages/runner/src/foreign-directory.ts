import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CacheError } from '@cleanmiss/core';
import { walkState, type StateLayout } from '@cleanmiss/snapshot';

interface Place {
  readonly stateDir: string;
  readonly cwd: string;
  readonly root: string;
}

/**
 * Restoring removes what does not belong to the snapshot. So the directory must be one that holds a checker's state, or
 * nothing.
 * @throws {CacheError} `ERR_INVALID_STATE`, saying what is in the way
 */
export function refuseForeignDirectory({ stateDir, cwd, root }: Place, layout: StateLayout): void {
  const stats = lstatSync(stateDir, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isDirectory()) throw refusal(stateDir, 'it is no folder');
  if ([cwd, root].some((place) => isWithin(place, stateDir))) throw refusal(stateDir, 'the project is in it');
  const strange: string[] = [];
  const files = walkState(stateDir, { strange: (path) => strange.push(path) }).map(({ path }) => path);
  if (existsSync(join(stateDir, '.git'))) strange.push('.git');
  // Beside what a snapshot takes of it, a checker keeps notes of its own in the folders of its state.
  const stateFolders = new Set(files.filter((path) => layout.unitOf(path) !== undefined).map(topOf));
  const isKnown = (path: string) => marks.has(path) || stateFolders.has(topOf(path));
  const foreign = [...strange, ...files.filter((path) => !isKnown(path))];
  if (foreign.length > 0) throw refusal(stateDir, `it holds ${foreign[0]!}`);
}

/** At the top of many a cache directory. */
const marks: ReadonlySet<string> = new Set(['.gitignore', 'CACHEDIR.TAG', 'missing_stubs']);

function topOf(path: string): string {
  return path.split('/', 1)[0]!;
}

function isWithin(place: string, folder: string): boolean {
  const steps = relative(realpathSync(folder), realpathSync(place));
  return steps === '' || (steps !== '..' && !steps.startsWith(`..${sep}`));
}

function refusal(stateDir: string, why: string): CacheError {
  const words = `${stateDir} is not restored to, because ${why}: name a folder for the checker's state alone`;
  return new CacheError('ERR_INVALID_STATE', words);
}
