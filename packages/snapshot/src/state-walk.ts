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

/** What is in one folder. */
export interface Listed {
  readonly files: readonly WalkedFile[];
  /** Their paths. */
  readonly folders: readonly string[];
}

export interface WalkOptions {
  /** Is told of each folder, as it was before it was looked into; the empty path is the state itself. */
  readonly folder?: (path: string, stamp: FileStamp) => void;
  /** What is in a folder that bears this stamp, where that is known: it is not listed then. */
  readonly known?: (path: string, stamp: FileStamp) => Listed | undefined;
  /** Is told of a link, a device or a name that could not travel. It is passed over. */
  readonly strange?: (path: string) => void;
}

/** Every regular file below the folder: a folder's own by name, then those of its folders. A folder that is not there holds nothing. */
export function walkState(directory: string, options: WalkOptions = {}): readonly WalkedFile[] {
  const files: WalkedFile[] = [];
  walkInto(directory, '', files, options);
  return files;
}

/** One folder of a state: what a walk of it alone would find. */
export function listFolder(
  directory: string,
  folder: string,
  strange: (path: string) => void = () => {},
): Listed {
  const prefix = folder === '' ? '' : `${folder}/`;
  const files: WalkedFile[] = [];
  const folders: string[] = [];
  for (const entry of entriesOf(`${directory}/${folder}`)) {
    const path = prefix + entry.name;
    if (!isStatePath(path)) strange(path);
    else if (entry.isDirectory()) folders.push(path);
    else if (entry.isFile()) addFile(directory, path, files);
    else strange(path);
  }
  return { files, folders };
}

export function stampOf(stats: Stats): FileStamp {
  return { size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino };
}

export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino;
}

/** Removes what a walk passes over, so that nothing is ever written through a link that somebody planted. */
export function removeStrangeFiles(directory: string): void {
  const strange = (path: string) => rmSync(join(directory, path), { recursive: true, force: true });
  walkState(directory, { strange });
}

function walkInto(root: string, folder: string, files: WalkedFile[], options: WalkOptions): void {
  const listed = lookUp(root, folder, options) ?? listFolder(root, folder, options.strange);
  for (const file of listed.files) files.push(file);
  for (const path of listed.folders) walkInto(root, path, files, options);
}

function lookUp(root: string, path: string, { folder, known }: WalkOptions): Listed | undefined {
  if (!folder && !known) return undefined;
  const stats = lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const stamp = stampOf(stats);
  folder?.(path, stamp);
  return known?.(path, stamp);
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
