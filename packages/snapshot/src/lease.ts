import { closeSync, fstatSync, lstatSync, unlinkSync } from 'node:fs';
import { openExclusively } from './exclusive-open.js';
import { noSlot } from './no-slot.js';

/**
 * The exclusive right to whatever a lock file stands for. The kernel keeps it, so that it ends with its holder, killed
 * ones included: no heartbeat, no age to guess at, no process id that may belong to another by now.
 */
export interface Lease extends Disposable {
  /**
   * Handed to a child (`stdio: [0, 1, 2, lease.fd]`), it keeps the lease until the child has ended as well, even where
   * we are killed and the child goes on.
   */
  readonly fd: number;
  /** Is it still the file at that path that we have locked? Somebody may have removed it, and another may have a lease there. */
  stillHolds(): boolean;
  /** Gives up our part: the lease ends now, or with the last child that was handed `fd`. May be called again. */
  release(): void;
  /**
   * As `release`, and takes the lock file away: whoever has opened it already notices, and opens a new one. Not for a
   * lease that a child may still have.
   */
  releaseAndRemove(): void;
}

/**
 * Creates the lock file where it is not there; never waits. `undefined` where somebody has the lease, be it this
 * process.
 * @throws {CacheError} where this system or file system cannot lock
 * @throws the file system's own error where the file cannot be opened
 */
export function tryLease(lockPath: string): Lease | undefined {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const fd = openExclusively(lockPath, true);
    if (fd === undefined) return undefined;
    if (isStillAt(lockPath, fd)) return new FileLease(lockPath, fd);
    // Between our opening it and our locking it, whoever had it removed it: this is a lock on nothing.
    closeSync(fd);
  }
  throw noSlot(`${lockPath} is another file each time it is looked at`);
}

/**
 * Looks by taking the lease for an instant, as there is no other way everywhere: who calls `tryLease` in that instant is
 * refused. A lock file that is not there is not leased, and is not created.
 */
export function isLeased(lockPath: string): boolean {
  try {
    const fd = openExclusively(lockPath, false);
    if (fd !== undefined) closeSync(fd);
    return fd === undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** One removal can spoil one attempt; so many in a row are no coincidence, but a file system without stable inodes. */
const maxAttempts = 16;

class FileLease implements Lease {
  readonly fd: number;
  readonly #lockPath: string;
  #released = false;

  constructor(lockPath: string, fd: number) {
    this.#lockPath = lockPath;
    this.fd = fd;
  }

  stillHolds(): boolean {
    return !this.#released && isStillAt(this.#lockPath, this.fd);
  }

  release(): void {
    if (this.#released) return;
    // First, so that nothing can make us close a descriptor that is somebody else's by then.
    this.#released = true;
    closeSync(this.fd);
  }

  releaseAndRemove(): void {
    if (this.#released) return;
    if (process.platform === 'win32') this.#releaseThenRemove();
    else this.#removeThenRelease();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** In this order, because once released it may be in use by another. */
  #removeThenRelease(): void {
    try {
      unlinkUnless('ENOENT', this.#lockPath);
    } finally {
      this.release();
    }
  }

  /** Windows removes nothing that is open with a share mode of none: not ours, and not another's, which makes this safe. */
  #releaseThenRemove(): void {
    this.release();
    unlinkUnless('EBUSY', this.#lockPath);
  }
}

function isStillAt(path: string, fd: number): boolean {
  const there = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = fstatSync(fd, { bigint: true });
  return there?.ino === opened.ino && there.dev === opened.dev;
}

function unlinkUnless(code: string, path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
  }
}
