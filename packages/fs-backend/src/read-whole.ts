import { constants } from 'node:fs';
import { errorCodeOf, type FileSystem } from './file-system.js';

export type FileRead =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  /** Something stands there, and it is not a file of the size asked for. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/**
 * A link under a blob's name is not followed, and a pipe is not waited for: both were planted. Windows knows neither
 * flag, and neither trick without privileges.
 */
export const openForReading =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** Reads a regular file of `minBytes` to `maxBytes`. Of any other size it reads nothing, however long it is. */
export function readWhole(fs: FileSystem, path: string, minBytes: number, maxBytes: number): FileRead {
  let fd: number;
  try {
    fd = fs.openSync(path, openForReading);
  } catch (error) {
    return readingFailed(error);
  }
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isFile() || stats.size < minBytes || stats.size > maxBytes) return foreign;
    const bytes = Buffer.allocUnsafe(stats.size);
    return fill(fs, fd, bytes) ? { kind: 'whole', bytes } : foreign;
  } catch (error) {
    return readingFailed(error);
  } finally {
    fs.closeSync(fd);
  }
}

const foreign = { kind: 'foreign' } as const;

/** False where the file ends early: somebody cuts it short while we read. */
function fill(fs: FileSystem, fd: number, bytes: Uint8Array): boolean {
  for (let filled = 0; filled < bytes.length;) {
    const count = fs.readSync(fd, bytes, filled, bytes.length - filled, null);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

/** What concerns this one file is an answer; what concerns the store or the process is thrown. */
export function readingFailed(error: unknown): Exclude<FileRead, { kind: 'whole' }> {
  switch (errorCodeOf(error) ?? '') {
    case 'ENOENT':
      return { kind: 'absent' };
    // a link (EMLINK and EFTYPE: the BSDs), a folder, a socket
    case 'ELOOP':
    case 'EMLINK':
    case 'EFTYPE':
    case 'EISDIR':
    case 'ENXIO':
      return foreign;
    case 'EACCES':
    case 'EPERM':
    case 'EIO':
    case 'EBUSY':
    case 'ESTALE':
      return { kind: 'unreadable', error };
    default:
      throw error;
  }
}
