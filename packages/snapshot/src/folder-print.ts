import { createHash } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unitFilesOf } from './capture.js';
import { addFile } from './fingerprint.js';
import { foldersOf } from './manifest.js';
import type { SlotIndex } from './slot-index.js';
import type { StateLayout } from './state-layout.js';
import { listFolder, walkState, type FileStamp, type Listed, type WalkedFile } from './state-walk.js';

/** The path (relative to the state, the state itself being the empty path), mtime and ctime in ms, inode. */
export type FolderTime = readonly [path: string, mtimeMs: number, ctimeMs: number, ino: number];

/**
 * A fingerprint that is cheap to compare. A checker that never writes into a file, but renames another into its place, moves the
 * time of the folder: then the time of each folder tells as much as the stamps of the files in it, and there are ten times fewer.
 */
export interface FolderPrint {
  /** Those of which the time tells enough. */
  readonly still: readonly FolderTime[];
  /** Paths of those that are looked at file by file: some of their files are written in place. */
  readonly busy: readonly string[];
  /** Of the files in the latter; `null` where it is not known what they were. */
  readonly print: string | null;
}

/** Ticks of the clocks that file systems have, in ms: 1 to 10, or whole seconds and pairs of them. */
const fineTickMs = 20;
const coarseTickMs = 2000;

/** The files of a state, and the print of its folders as they were before their files were looked at. */
export function walkWithFolders(
  stateDir: string,
  layout: StateLayout,
  before?: { readonly folders: FolderPrint; readonly index: SlotIndex },
): { readonly walked: readonly WalkedFile[]; readonly folders: FolderPrint } {
  const times: FolderTime[] = [];
  const folder = (path: string, { mtimeMs, ctimeMs, ino }: FileStamp) =>
    times.push([path, mtimeMs, ctimeMs, ino]);
  const known = before && knownFolders(before.folders, before.index);
  const walked = unitFilesOf(walkState(stateDir, { folder, ...(known && { known }) }), layout);
  return { walked, folders: folderPrintOf(stateDir, layout, walked, times) };
}

/** Of a state that was just restored. `index`: what it holds. */
export function restoredFolders(stateDir: string, layout: StateLayout, index: SlotIndex): FolderPrint {
  const files = filesIn(index);
  const paths = new Set(['', ...files.flatMap(({ path }) => foldersOf(path))]);
  const times = [...paths]
    .sort()
    .map((path) => timeOf(stateDir, path))
    .filter((time) => time !== undefined);
  const lastWrite = files.reduce((last, { stamp }) => Math.max(last, stamp.ctimeMs), 0);
  return settledAsOf(folderPrintOf(stateDir, layout, files, times), lastWrite);
}

/**
 * What the print tells of writes that came after `asOf`, by the file system's clock: a folder that was written to within the same tick
 * could be written to once more, and bear the same time. (Git knows it as a racy entry.)
 */
export function settledAsOf(folders: FolderPrint, asOf: number): FolderPrint {
  const { still, busy } = folders;
  const isCoarse = still.every(([, mtimeMs]) => mtimeMs % 1000 === 0);
  const before = asOf - (isCoarse ? coarseTickMs : fineTickMs);
  const settled = still.filter(([, mtimeMs]) => mtimeMs < before);
  if (settled.length === still.length) return folders;
  const racy = still.filter(([, mtimeMs]) => mtimeMs >= before).map(([path]) => path);
  return { still: settled, busy: [...busy, ...racy], print: null };
}

/** Was nothing written, added or removed since? Where that cannot be told, the answer is no. */
export function isStillSo(
  stateDir: string,
  layout: StateLayout,
  { still, busy, print }: FolderPrint,
): boolean {
  if (print === null || !still.every((time) => isSameTime(time, timeOf(stateDir, time[0])))) return false;
  const folders = new Set([...still.map(([path]) => path), ...busy]);
  const now = createHash('sha1');
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

function folderPrintOf(
  stateDir: string,
  layout: StateLayout,
  walked: readonly WalkedFile[],
  times: readonly FolderTime[],
): FolderPrint {
  const inPlace = walked.filter(({ path }) => layout.writing(path) !== 'replaced');
  const busy = new Set(inPlace.map(({ path }) => folderOf(path)));
  const print = createHash('sha1');
  // Folder by folder, as `isStillSo` will look at them.
  const filesOf = groupByFolder(walked);
  for (const path of busy) for (const file of filesOf.get(path)!) addFile(print, stateDir, layout, file);
  return { still: times.filter(([path]) => !busy.has(path)), busy: [...busy], print: print.digest('hex') };
}

/** What is in the folders that bear the time they had. */
function knownFolders(
  { still, busy }: FolderPrint,
  index: SlotIndex,
): (path: string, stamp: FileStamp) => Listed | undefined {
  const times = new Map(still.map((time) => [time[0], time]));
  const files = groupByFolder(filesIn(index));
  const folders = new Map<string, string[]>();
  const paths = [...times.keys(), ...busy].filter((path) => path !== '').sort();
  for (const path of paths) addTo(folders, folderOf(path), path);
  return (path, { mtimeMs, ctimeMs, ino }) => {
    const time = times.get(path);
    if (!time || !isSameTime(time, [path, mtimeMs, ctimeMs, ino])) return undefined;
    return { files: files.get(path) ?? [], folders: folders.get(path) ?? [] };
  };
}

/** As a walk found them. */
function filesIn({ units, stamps }: SlotIndex): readonly WalkedFile[] {
  return units.flatMap(({ files }) =>
    files.map(({ path, mode }): WalkedFile => ({ path, mode, stamp: stamps.get(path)! })),
  );
}

function timeOf(stateDir: string, path: string): FolderTime | undefined {
  const stats = lstatSync(join(stateDir, path), { throwIfNoEntry: false });
  return stats?.isDirectory() ? [path, stats.mtimeMs, stats.ctimeMs, stats.ino] : undefined;
}

function isSameTime(a: FolderTime, b: FolderTime | undefined): boolean {
  return b !== undefined && a.every((part, i) => part === b[i]);
}

function groupByFolder(files: readonly WalkedFile[]): ReadonlyMap<string, readonly WalkedFile[]> {
  const groups = new Map<string, WalkedFile[]>();
  for (const file of files) addTo(groups, folderOf(file.path), file);
  return groups;
}

function addTo<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

/** Of a path within a state; the empty path for what is at its top. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
