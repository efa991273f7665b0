import { createHash } from 'node:crypto';
import { maxBlobBytes, type Digest } from '@cleanmiss/core';
import type { FileSystem } from './file-system.js';
import { moveToQuarantine, putBack } from './move-aside.js';
import { Pacer } from './pacer.js';
import { openForReading, readingFailed } from './read-whole.js';
import type { StoreFiles } from './store-files.js';

const pieceBytes = 1024 * 1024;

/**
 * Takes a blob out of the way if its bytes are not what its name says; answers whether it did. Between our look and
 * the rename another process may have repaired it, so that the rename takes the good one: what was moved is looked
 * at once more, and goes back if it is good.
 */
export async function quarantineBlob(
  files: StoreFiles,
  digest: Digest,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = files.blobPath(digest);
  if ((await contentOf(files.fs, path, signal)) === digest) return false;
  const aside = moveToQuarantine(files, path);
  if (aside === undefined) return false;
  if ((await contentOf(files.fs, aside)) !== digest) return true;
  putBack(files.fs, aside, path);
  return false;
}

/** The digest of what stands there, in bounded memory. `undefined`: nothing that can be read, or no blob. */
export async function contentOf(
  fs: FileSystem,
  path: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  let fd: number;
  try {
    fd = fs.openSync(path, openForReading);
  } catch (error) {
    readingFailed(error);
    return undefined;
  }
  try {
    const stats = fs.fstatSync(fd);
    // A file with a hole of terabytes takes no room on a disk, and would be read for hours.
    const isReadable = stats.isFile() && stats.size <= maxBlobBytes;
    return isReadable ? await hash(fs, fd, signal) : undefined;
  } catch (error) {
    if (signal?.aborted) throw error;
    readingFailed(error);
    return undefined;
  } finally {
    fs.closeSync(fd);
  }
}

async function hash(fs: FileSystem, fd: number, signal: AbortSignal | undefined): Promise<string> {
  const pacer = new Pacer(signal);
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, fs.fstatSync(fd).size)));
  for (;;) {
    const count = fs.readSync(fd, piece, 0, piece.length, null);
    if (count === 0) return hash.digest('hex');
    hash.update(count === piece.length ? piece : piece.subarray(0, count));
    if (pacer.isDue(count)) await pacer.pause();
  }
}
