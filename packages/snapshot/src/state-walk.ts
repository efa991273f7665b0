import { lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isStatePath, type StatePath } from './safe-path.js';

/**
 * What tells that a file was not written to since we last looked: any write moves `ctimeMs`, which no program can set
 * back. (Clocks tick every 1 to 10 ms; between our look and a checker's first write lies a process start.)
 */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

export interface WalkedFile {
  readonly path: StatePath;
  readonly mode: number;
  readonly stamp: FileStamp;
}

/**
 * Every regular file below the folder, in a fixed order. A link, a device or a name that could not travel is passed over;
 * `strange` is told of it. A folder that is not there holds nothing.
 */
export function walkState(
  directory: string,
  strange: (path: string) => void = () => {},
): readonly WalkedFile[] {
  const files: WalkedFile[] = [];
  walkInto(directory, '', files, strange);
  return files;
}

export function stampOf(stats: Stats): FileStamp {
  return { size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino };
}

export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/** Removes what a walk passes over, so that nothing is ever written through a link that somebody planted. */
export function removeStrangeFiles(directory: string): void {
  walkState(directory, (path) => {
    rmSync(join(directory, path), { recursive: true, force: true });
  });
}

function walkInto(root: string, prefix: string, files: WalkedFile[], strange: (path: string) => void): void {
  for (const entry of entriesOf(`${root}/${prefix}`)) {
    const path = prefix + entry.name;
    if (!isStatePath(path)) strange(path);
    else if (entry.isDirectory()) walkInto(root, `${path}/`, files, strange);
    else if (entry.isFile()) addFile(root, path, files);
    else strange(path);
  }
}

function addFile(root: string, path: StatePath, files: WalkedFile[]): void {
  const stats = lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
  // Gone since it was listed: a checker's helper process may still be tidying up.
  if (stats?.isFile()) files.push({ path, mode: stats.mode & 0o777, stamp: stampOf(stats) });
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
