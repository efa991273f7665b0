import { createHash, type Hash } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unitFilesOf } from './capture.js';
import { addFile } from './fingerprint.js';
import type { StateLayout } from './state-layout.js';
import { listFolder, stampOf, walkState, type FileStamp, type WalkedFile } from './state-walk.js';

/**
 * A fingerprint that is cheap to compare. A checker that never writes into a file, but renames another into its place, moves the
 * time of the folder: then the time of each folder tells as much as the stamps of the files in it, and there are ten times fewer.
 */
export interface FolderPrint {
  readonly print: string;
  /** Those of which the time tells enough. Relative to the state, the state itself being the empty path. */
  readonly still: readonly string[];
  /** Those with files that are written in place: they are looked at file by file. */
  readonly busy: readonly string[];
}

/** The files of a state, and the print of its folders as they were before their files were looked at. */
export function walkWithFolders(
  stateDir: string,
  layout: StateLayout,
): { readonly walked: readonly WalkedFile[]; readonly folders: FolderPrint } {
  const stamps = new Map<string, FileStamp>();
  const files = walkState(stateDir, { folder: (path, stamp) => stamps.set(path, stamp) });
  const walked = unitFilesOf(files, layout);
  return { walked, folders: folderPrintOf(stateDir, layout, walked, stamps) };
}

function folderPrintOf(
  stateDir: string,
  layout: StateLayout,
  walked: readonly WalkedFile[],
  stamps: ReadonlyMap<string, FileStamp>,
): FolderPrint {
  const inPlace = walked.filter(({ path }) => layout.writing(path) !== 'replaced');
  const busy = new Set(inPlace.map(({ path }) => folderOf(path)));
  const still = [...stamps.keys()].filter((path) => !busy.has(path));
  const print = createHash('sha1');
  for (const path of still) addFolder(print, path, stamps.get(path)!);
  // Folder by folder, as `isStillSo` will look at them.
  const filesOf = groupByFolder(walked);
  for (const path of busy) for (const file of filesOf.get(path)!) addFile(print, stateDir, layout, file);
  return { print: print.digest('hex'), still, busy: [...busy] };
}

/** Was nothing written, added or removed since? Where that cannot be told, the answer is no. */
export function isStillSo(
  stateDir: string,
  layout: StateLayout,
  { print, still, busy }: FolderPrint,
): boolean {
  const folders = new Set([...still, ...busy]);
  const now = createHash('sha1');
  for (const path of still) {
    const stats = lstatSync(join(stateDir, path), { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return false;
    addFolder(now, path, stampOf(stats));
  }
  for (const path of busy) {
    const listed = listFolder(stateDir, path);
    if (!listed.folders.every((folder) => folders.has(folder))) return false;
    for (const file of unitFilesOf(listed.files, layout)) addFile(now, stateDir, layout, file);
  }
  return now.digest('hex') === print;
}

/**
 * Does this file system move a folder's time when a file is renamed into it? FAT does not, and what is mounted from another machine may not
 * at once. `file` was written and then renamed to where it is.
 */
export function movesFolderTimes(file: string): boolean {
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  const own = statSync(file, { throwIfNoEntry: false });
  return folder !== undefined && own !== undefined && folder.mtimeMs >= own.mtimeMs;
}

function groupByFolder(files: readonly WalkedFile[]): ReadonlyMap<string, readonly WalkedFile[]> {
  const groups = new Map<string, WalkedFile[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const group = groups.get(folder);
    if (group) group.push(file);
    else groups.set(folder, [file]);
  }
  return groups;
}

function addFolder(hash: Hash, path: string, { mtimeMs, ctimeMs, ino }: FileStamp): void {
  hash.update(`${path} ${mtimeMs} ${ctimeMs} ${ino}\n`);
}

/** Of a path within a state; the empty path for a file at its top. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
