import { statfsSync } from 'node:fs';

/** Less than this free, and a checker cannot be expected to write its state. */
const minFreeBytes = 1024 * 1024;

export function isDiskFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < minFreeBytes;
  } catch {
    return false;
  }
}
