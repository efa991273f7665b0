import { decodeIndex, type Json } from '@cleanmiss/core';
import {
  maxFiles,
  maxManifestBytes,
  unitFromIndexEntry,
  unitToIndexEntry,
  type FileEntry,
  type Unit,
} from './manifest.js';
import { readOwnFile } from './own-file.js';
import type { StatePath } from './safe-path.js';
import { sameStamp, type FileStamp, type WalkedFile } from './state-walk.js';
import { replaceFile } from './replace-file.js';

/**
 * What is known of the files in a slot: the units, as a manifest has them, and for each file the stamp it bore when
 * its content was known. A file with another stamp is unknown. (Git's index does the same.)
 */
export interface SlotIndex {
  readonly units: readonly Unit[];
  readonly stamps: ReadonlyMap<StatePath, FileStamp>;
}

/** A manifest and the stamps. */
const maxIndexBytes = 3 * maxManifestBytes;

export const emptyIndex: SlotIndex = { units: [], stamps: new Map() };

/** The empty index where the file is missing or not understood: every file in the slot is then unknown. */
export function readSlotIndex(file: string): SlotIndex {
  const bytes = readOwnFile(file, maxIndexBytes);
  const entries = bytes && decodeIndex(bytes, maxFiles);
  if (!entries) return emptyIndex;
  const units: Unit[] = [];
  const stamps = new Map<StatePath, FileStamp>();
  for (const entry of entries) {
    const { stamps: listed, ...about } = entry.about;
    const unit = unitFromIndexEntry({ refs: entry.refs, about });
    if (!unit || !addStamps(stamps, unit, listed)) return emptyIndex;
    units.push(unit);
  }
  return { units, stamps };
}

export function writeSlotIndex(file: string, { units, stamps }: SlotIndex): void {
  // Nobody else's, and never hashed: it need not be canonical, which takes three times as long.
  const lines = units.map((unit) => {
    const { refs, about } = unitToIndexEntry(unit);
    return JSON.stringify({
      ...about,
      refs,
      stamps: unit.files.map(({ path }) => stampToJson(stamps.get(path))),
    });
  });
  replaceFile(file, lines.join('\n'));
}

/** Those entries of the index whose file in the slot still bears the stamp. */
export function knownFiles(
  index: SlotIndex,
  walked: readonly WalkedFile[],
): ReadonlyMap<StatePath, FileEntry> {
  const entries = new Map(
    index.units.flatMap((unit) => unit.files.map((file) => [file.path, file] as const)),
  );
  const known = new Map<StatePath, FileEntry>();
  for (const { path, stamp, mode } of walked) {
    const entry = entries.get(path);
    const before = index.stamps.get(path);
    if (entry && before && entry.mode === mode && sameStamp(before, stamp)) known.set(path, entry);
  }
  return known;
}

function addStamps(stamps: Map<StatePath, FileStamp>, unit: Unit, listed: Json | undefined): boolean {
  if (!Array.isArray(listed)) return false;
  for (const [i, file] of unit.files.entries()) {
    const stamp = stampFromJson((listed as readonly Json[])[i]);
    if (!stamp) return false;
    stamps.set(file.path, stamp);
  }
  return true;
}

function stampToJson(stamp: FileStamp | undefined): Json {
  return stamp ? [stamp.size, stamp.mtimeMs, stamp.ctimeMs, stamp.ino] : [];
}

function stampFromJson(value: Json | undefined): FileStamp | undefined {
  if (!Array.isArray(value) || value.length !== 4 || !value.every((part) => typeof part === 'number')) {
    return undefined;
  }
  const [size, mtimeMs, ctimeMs, ino] = value as [number, number, number, number];
  return { size, mtimeMs, ctimeMs, ino };
}
