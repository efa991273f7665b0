import { lstatSync, mkdirSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { noSlot } from './no-slot.js';

/**
 * Where the slots of a project are:
 *
 *     <root>/.cleanmiss/            .gitignore, CACHEDIR.TAG
 *       slots/<checker>-<context>/  one folder per hard context
 *         <n>.lock                  leased while slot n is in use; its mtime is when it was last leased
 *         <n>/                      state/, slot.json, index.jsonl
 */
export function slotsDirectoryOf(root: string): string {
  return projectStatePath(root, 'slots');
}

/** A file or folder that cleanmiss keeps for the project as a whole. Its folder is there once a slot has been leased. */
export function projectStatePath(root: string, name: string): string {
  return join(root, '.cleanmiss', name);
}

export interface SlotPaths {
  /** Everything that belongs to the slot, but for its lock. */
  readonly directory: string;
  /** What the checker gets. */
  readonly stateDir: string;
  readonly recordPath: string;
  readonly indexPath: string;
  readonly lockPath: string;
}

export function slotPathsOf(contextDirectory: string, number: number): SlotPaths {
  const directory = join(contextDirectory, String(number));
  return {
    directory,
    stateDir: join(directory, 'state'),
    recordPath: join(directory, 'slot.json'),
    indexPath: join(directory, 'index.jsonl'),
    lockPath: `${directory}.lock`,
  };
}

/** Creates `.cleanmiss/slots`, and marks it so that neither git nor backups take notice of it. */
export function ensureSlotsDirectory(root: string): string {
  const own = join(root, '.cleanmiss');
  ensureOwnDirectory(own);
  ensureMarks(own);
  const slots = slotsDirectoryOf(root);
  ensureOwnDirectory(slots);
  return slots;
}

/**
 * Creates the folder, for its owner alone. What stands there already must be a real folder of ours: through a link, or
 * with another user about, a checker would write to wherever somebody else says.
 */
export function ensureOwnDirectory(path: string): void {
  if (isOwnDirectory(path)) return;
  unlessThere(() => mkdirSync(path, { mode: 0o700 }));
  // Looked at once more: another process may have put something there first.
  isOwnDirectory(path);
}

/**
 * `false` where nothing is there.
 * @throws {CacheError} where something is that is not to be trusted
 */
export function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (stats.isSymbolicLink()) throw noSlot(`${path} is a symbolic link; remove it`);
  if (!stats.isDirectory()) throw noSlot(`${path} is not a folder; remove it`);
  if (!isOurs(stats)) throw noSlot(`${path} belongs to another user (uid ${stats.uid}); remove it`);
  return true;
}

/** https://bford.info/cachedir/ */
const cacheDirectoryTag = `Signature: 8a477f597d28d172789f06886806bc55
# Private working states of checkers, kept by cleanmiss. Safe to remove while no checker runs.
`;

/** Windows has no user ids; there the folder inherits the access list of the project's. */
function isOurs(stats: Stats): boolean {
  return process.getuid === undefined || stats.uid === process.getuid();
}

/** The `.gitignore` comes last, and tells whether both are there. */
function ensureMarks(own: string): void {
  const ignore = join(own, '.gitignore');
  if (lstatSync(ignore, { throwIfNoEntry: false })) return;
  unlessThere(() => writeFileSync(join(own, 'CACHEDIR.TAG'), cacheDirectoryTag, { flag: 'wx' }));
  unlessThere(() => writeFileSync(ignore, '*\n', { flag: 'wx' }));
}

function unlessThere(create: () => void): void {
  try {
    create();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
