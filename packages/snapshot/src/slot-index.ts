import { blobRefToJson, decodeIndex, type BlobRef, type Json } from '@cleanmiss/core';
import {
  isSameUnit,
  maxFiles,
  maxManifestBytes,
  unitFromIndexEntry,
  unitToIndexEntry,
  type FileEntry,
  type Unit,
} from './manifest.js';
import { readOwnFile } from './own-file.js';
import type { KnownPacks } from './packs.js';
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
  /** Of the snapshot that the files were of, or became. */
  readonly packs: KnownPacks;
}

/** A manifest and the stamps. */
const maxIndexBytes = 3 * maxManifestBytes;

export const emptyIndex: SlotIndex = { units: [], stamps: new Map(), packs: new Map() };

/** The empty index where the file is missing or not understood: every file in the slot is then unknown. */
export function readSlotIndex(file: string): SlotIndex {
  const bytes = readOwnFile(file, maxIndexBytes);
  const entries = bytes && decodeIndex(bytes, maxFiles);
  if (!entries) return emptyIndex;
  const units: Unit[] = [];
  const stamps = new Map<StatePath, FileStamp>();
  let packs: KnownPacks | undefined;
  for (const entry of entries) {
    const { stamps: listed, ...about } = entry.about;
    if ('packs' in about) {
      packs = packsFromJson(about['packs'], entry.refs);
      continue;
    }
    const unit = unitFromIndexEntry({ refs: entry.refs, about });
    if (!unit || !addStamps(stamps, unit, listed)) return emptyIndex;
    units.push(unit);
  }
  return packs ? { units, stamps, packs } : emptyIndex;
}

export function writeSlotIndex(file: string, { units, stamps, packs }: SlotIndex): void {
  const lines = units.map((unit) =>
    lineOf(
      unit,
      unit.files.map(({ path }) => stamps.get(path)),
    ),
  );
  lines.push(JSON.stringify({ packs: [...packs.keys()], refs: [...packs.values()].map(blobRefToJson) }));
  replaceFile(file, lines.join('\n'));
}

interface Line {
  readonly unit: Unit;
  readonly stamps: Stamps;
  readonly text: string;
}

type Stamps = readonly (FileStamp | undefined)[];

/** What was written before, by the unit's first file: after a check, most of it is written again. */
const written = new WeakMap<FileEntry, Line>();

function lineOf(unit: Unit, stamps: Stamps): string {
  const first = unit.files[0];
  const known = first && written.get(first);
  if (known && isSameUnit(known.unit, unit) && areSameStamps(known.stamps, stamps)) return known.text;
  const { refs, about } = unitToIndexEntry(unit);
  // Nobody else's, and never hashed: it need not be canonical, which takes three times as long.
  const text = JSON.stringify({ ...about, refs, stamps: stamps.map(stampToJson) });
  if (first) written.set(first, { unit, stamps, text });
  return text;
}

function areSameStamps(a: Stamps, b: Stamps): boolean {
  return a.every((stamp, i) => stamp === b[i] || (stamp && b[i] && sameStamp(stamp, b[i])));
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

function packsFromJson(keys: Json | undefined, refs: readonly BlobRef[]): KnownPacks | undefined {
  if (!Array.isArray(keys) || keys.length !== refs.length) return undefined;
  const isText = (key: Json): key is string => typeof key === 'string';
  const names = (keys as readonly Json[]).filter(isText);
  return names.length === refs.length ? new Map(names.map((name, i) => [name, refs[i]!])) : undefined;
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
