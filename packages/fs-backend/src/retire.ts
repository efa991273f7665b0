import { constants } from 'node:fs';
import { retiredPathOf } from './fan-out.js';
import { errorCodeOf, ifThere, type FileSystem } from './file-system.js';
import { moved, moveToQuarantine, putBack } from './move-aside.js';
import { openForReading } from './read-whole.js';
import type { StoreFiles } from './store-files.js';
import { whileBusy } from './while-busy.js';

/**
 * Removes a file that nobody has written or relied on since `cutoffMs`; answers whether it did.
 *
 * Looking at its time and then removing it would lose to a writer in between. So the file loses its name first, and its
 * time is looked at after that: old, and it goes; fresh, and it gets its name back, unless a newer file has it.
 * In the meantime it is a clean miss. Nothing that a writer was promised is lost:
 *
 * - Who writes a file renames over its name. Before our rename: the time is fresh. After it: another file, not ours.
 * - Who relies on a file (`renew`) touches it first and looks whether it has its name second. If it has, our rename is
 *   still to come, and with it the look at a time that is fresh by then. If it has not, the answer is "not there", and
 *   the writer writes it.
 */
export function retire(files: StoreFiles, path: string, cutoffMs: number): boolean {
  const retired = retiredPathOf(path, files.uniqueName());
  return moved(files.fs, path, retired) && settleRetired(files, retired, path, cutoffMs);
}

/**
 * The second half, also for what a killed collector has left. Two that settle the same file decide the same, and
 * what one has done the other finds done.
 */
export function settleRetired(files: StoreFiles, retired: string, home: string, cutoffMs: number): boolean {
  const { fs } = files;
  const stats = fs.lstatSync(retired, { throwIfNoEntry: false });
  if (!stats) return false;
  if (!stats.isFile()) return moveToQuarantine(files, retired) !== undefined;
  if (stats.mtimeMs < cutoffMs) return removeFile(files, retired);
  putBack(fs, retired, home);
  return false;
}

/** Whether it was there. */
export function removeFile({ fs }: StoreFiles, path: string): boolean {
  return ifThere(() => {
    whileBusy(() => {
      fs.unlinkSync(path);
    });
  });
}

/**
 * Renews a file's lifetime; answers whether it was there to be renewed. Where we may not write, it is as present as it
 * was: nobody who may not write here collects here.
 */
export function renew({ fs, clock }: StoreFiles, path: string): boolean {
  const seconds = clock.now() / 1000;
  try {
    fs.utimesSync(path, seconds, seconds);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return false;
    // Somebody else's file, in a directory that we share: its time is not ours to set, but ours to move to now.
    if (code === 'EPERM') moveTimeToNow(fs, path);
  }
  return fs.existsSync(path);
}

/** As `openForReading`: neither through a link, nor waiting for a pipe. */
const openForTouching = constants.O_RDWR | (openForReading & ~constants.O_RDONLY);

/** POSIX: `ftruncate` marks the time of a file that it leaves as long as it was. */
function moveTimeToNow(fs: FileSystem, path: string): void {
  try {
    const fd = fs.openSync(path, openForTouching);
    try {
      fs.ftruncateSync(fd, fs.fstatSync(fd).size);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    // We may not write here, so we do not collect here either.
    if (errorCodeOf(error) === undefined) throw error;
  }
}
