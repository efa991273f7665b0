import { statSync } from 'node:fs';

/**
 * Another one whenever the file at the path was written, replaced, or the link that leads to it was turned; `null`
 * where there is none.
 */
export function fileStampOf(path: string): string | null {
  try {
    const { size, mtimeMs, ino } = statSync(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return null;
  }
}
