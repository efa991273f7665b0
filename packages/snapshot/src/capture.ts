import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { blobOf, CacheError, loadChecksum, type ChecksumOf } from '@cleanmiss/core';
import { chunksOf } from './chunking.js';
import { maxFileBytes, sameContent, type FileEntry, type Unit } from './manifest.js';
import type { StatePath } from './safe-path.js';
import { knownFiles, type SlotIndex } from './slot-index.js';
import type { ReadStateFile, StateLayout, UnitState } from './state-layout.js';
import { walkState, type FileStamp, type WalkedFile } from './state-walk.js';

/**
 * Describes a state after a run. Hashes only files that moved since `before`; asks the layout which units must not be
 * kept, and removes those from the folder too, so that the folder is what the result says.
 */
export async function captureState(
  stateDir: string,
  layout: StateLayout,
  before: SlotIndex,
  walked = walkUnits(stateDir, layout),
): Promise<SlotIndex> {
  const checksumOf = await loadChecksum();
  const known = knownFiles(before, walked);
  const entries = walked
    .map((file) => known.get(file.path) ?? readEntry(stateDir, file, layout, checksumOf))
    .filter((entry) => entry !== undefined);
  const read = reader(stateDir);
  const units = unitsOf(entries, layout, before, read);
  const dropped = layout.unitsToDrop(units.map(toState(before, known)), read);
  removeUnits(
    stateDir,
    units.filter(({ name }) => dropped.has(name)),
  );
  const kept = units.filter(({ name }) => !dropped.has(name));
  return { units: kept, stamps: stampsOf(kept, walked), packs: before.packs };
}

export function stampsIn(walked: readonly WalkedFile[]): ReadonlyMap<StatePath, FileStamp> {
  return new Map(walked.map(({ path, stamp }) => [path, stamp]));
}

/** The files that belong to the state. */
export function walkUnits(stateDir: string, layout: StateLayout): readonly WalkedFile[] {
  return unitFilesOf(walkState(stateDir), layout);
}

/** Those that belong to the state. */
export function unitFilesOf(walked: readonly WalkedFile[], layout: StateLayout): readonly WalkedFile[] {
  return walked.filter(({ path }) => layout.unitOf(path) !== undefined);
}

function readEntry(
  stateDir: string,
  { path, mode, stamp }: WalkedFile,
  layout: StateLayout,
  checksumOf: ChecksumOf,
): FileEntry | undefined {
  if (stamp.size > maxFileBytes)
    throw new CacheError('ERR_INVALID_STATE', `${path} is too long to be stored`);
  const bytes = reader(stateDir)(path);
  if (!bytes) return undefined;
  const refs = chunksOf(bytes).map((chunk) => blobOf(chunk, checksumOf).ref);
  const mtimeMs = layout.keepsTime(path) ? Math.floor(stamp.mtimeMs) : null;
  return { path, mode, mtimeMs, size: bytes.length, refs };
}

function unitsOf(
  entries: readonly FileEntry[],
  layout: StateLayout,
  before: SlotIndex,
  read: ReadStateFile,
): readonly Unit[] {
  const earlier = new Map(before.units.map((unit) => [unit.name, unit]));
  const grouped = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const name = layout.unitOf(entry.path)!;
    const files = grouped.get(name);
    if (files) files.push(entry);
    else grouped.set(name, [entry]);
  }
  return [...grouped].map(([name, files]) => {
    const old = earlier.get(name);
    const facts =
      old && sameFiles(old.files, files)
        ? old.facts
        : layout.factsOf(
            name,
            files.map(({ path }) => path),
            read,
          );
    return { name, required: layout.isRequired(name), facts, files };
  });
}

function toState(before: SlotIndex, known: ReadonlyMap<StatePath, FileEntry>): (unit: Unit) => UnitState {
  const earlier = new Map(before.units.map((unit) => [unit.name, unit]));
  return ({ name, facts, files }) => {
    const old = earlier.get(name);
    const touched = files.length !== old?.files.length || files.some(({ path }) => !known.has(path));
    return { name, files: files.map(({ path }) => path), facts, touched, before: old?.facts };
  };
}

function sameFiles(a: readonly FileEntry[], b: readonly FileEntry[]): boolean {
  return a.length === b.length && a.every((file, i) => file.path === b[i]!.path && sameContent(file, b[i]!));
}

function removeUnits(stateDir: string, units: readonly Unit[]): void {
  for (const { path } of units.flatMap(({ files }) => files)) rmSync(join(stateDir, path), { force: true });
}

function stampsOf(units: readonly Unit[], walked: readonly WalkedFile[]): ReadonlyMap<StatePath, FileStamp> {
  const stamps = new Map(walked.map(({ path, stamp }) => [path, stamp]));
  return new Map(units.flatMap(({ files }) => files.map(({ path }) => [path, stamps.get(path)!])));
}

function reader(stateDir: string): ReadStateFile {
  return (path) => {
    try {
      return readFileSync(join(stateDir, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
}
