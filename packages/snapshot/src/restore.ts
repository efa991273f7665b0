import { chmodSync, lstatSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { loadChecksum, type BlobMissReason } from '@cleanmiss/core';
import { PackedBlobs } from './packed-blobs.js';
import { sameContent, type FileEntry, type Unit } from './manifest.js';
import type { StatePath } from './safe-path.js';
import { knownPacksOf, type Pack } from './packs.js';
import { emptyIndex, knownFiles, type SlotIndex } from './slot-index.js';
import { NamesMeet, StateWriter, toSeconds, type FileOfUnit, type ReadableBlobs } from './state-writer.js';
import { removeStrangeFiles, stampOf, walkState, type FileStamp } from './state-walk.js';

export interface Restored {
  /** What the folder holds now. */
  readonly index: SlotIndex;
  /** Files written, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Units left out because a blob could not be had, and why the first of them. */
  readonly lostUnits: number;
  readonly lost: BlobMissReason | undefined;
  /**
   * A lost unit is one that the rest must not be used without, or the file system takes two of the names for one: the folder
   * has been emptied.
   */
  readonly unusable: boolean;
}

export interface WantedState {
  readonly units: readonly Unit[];
  /** Those that small files of the units lie in, and maybe others. */
  readonly packs: readonly Pack[];
}

/**
 * Makes `stateDir` hold exactly these units. Writes only files that differ from what `current` knows to be there, sets
 * modes and times, removes everything else. A unit with a blob that cannot be had is left out whole.
 */
export async function restoreState(
  stateDir: string,
  { units, packs }: WantedState,
  current: SlotIndex,
  blobs: ReadableBlobs,
): Promise<Restored> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const kept = keepWanted(stateDir, units, current);
  const packed = new PackedBlobs(blobs, packs, await loadChecksum());
  const writer = new StateWriter(stateDir, packed);
  const work = units.flatMap((unit) => unit.files.map((file): FileOfUnit => ({ unit, file })));
  const areNamesApart = await writeApart(
    writer,
    work.filter(({ file }) => !kept.has(file.path)),
  );
  const { files, bytes, lost, lostUnits, stamps } = writer;
  const counts = { files, bytes, lostUnits: lostUnits.size };
  if (!areNamesApart || [...lostUnits].some((unit) => unit.required)) {
    keepWanted(stateDir, [], emptyIndex);
    return { index: emptyIndex, ...counts, lost: lost ?? 'unavailable', unusable: true };
  }
  removeFiles(stateDir, [...lostUnits]);
  const whole = units.filter((unit) => !lostUnits.has(unit));
  const index = { units: whole, stamps: new Map([...kept, ...stamps]), packs: knownPacksOf(packs) };
  return { index, ...counts, lost, unusable: false };
}

/** False where two names are one here. */
async function writeApart(writer: StateWriter, work: readonly FileOfUnit[]): Promise<boolean> {
  try {
    await writer.write(work);
    return true;
  } catch (error) {
    if (error instanceof NamesMeet) return false;
    throw error;
  }
}

/** Empties the folder: the next run starts cold. */
export async function emptyState(stateDir: string): Promise<SlotIndex> {
  const noBlobs: ReadableBlobs = { getMany: () => Promise.resolve([]) };
  const { index } = await restoreState(stateDir, { units: [], packs: [] }, emptyIndex, noBlobs);
  return index;
}

/** Leaves some units out of what was restored after all. */
export function removeUnits(stateDir: string, index: SlotIndex, names: ReadonlySet<string>): SlotIndex {
  if (names.size === 0) return index;
  const units = index.units.filter(({ name }) => !names.has(name));
  const stays = new Set(units.flatMap((unit) => unit.files.map(({ path }) => path)));
  removeFiles(
    stateDir,
    index.units.filter(({ name }) => names.has(name)),
  );
  return { ...index, units, stamps: new Map([...index.stamps].filter(([path]) => stays.has(path))) };
}

/** Removes every file that is not wanted as it is; answers the stamps of those that stay. */
function keepWanted(
  stateDir: string,
  units: readonly Unit[],
  current: SlotIndex,
): ReadonlyMap<StatePath, FileStamp> {
  removeStrangeFiles(stateDir);
  const walked = walkState(stateDir);
  const known = knownFiles(current, walked);
  const wanted = new Map(units.flatMap(({ files }) => files.map((file) => [file.path, file] as const)));
  const kept = new Map<StatePath, FileStamp>();
  for (const { path, stamp } of walked) {
    const target = wanted.get(path);
    const there = known.get(path);
    if (target && there && sameContent(target, there))
      kept.set(path, adjust(stateDir, there, target) ?? stamp);
    else rmSync(join(stateDir, path), { force: true });
  }
  return kept;
}

/** Same content, perhaps another mode or time: those are put right. The new stamp, or `undefined` for no change. */
function adjust(stateDir: string, there: FileEntry, target: FileEntry): FileStamp | undefined {
  if (there.mode === target.mode && there.mtimeMs === target.mtimeMs) return undefined;
  const path = join(stateDir, target.path);
  chmodSync(path, target.mode);
  if (target.mtimeMs !== null) utimesSync(path, toSeconds(target.mtimeMs), toSeconds(target.mtimeMs));
  return stampOf(lstatSync(path));
}

function removeFiles(stateDir: string, units: readonly Unit[]): void {
  for (const { path } of units.flatMap((unit) => unit.files)) rmSync(join(stateDir, path), { force: true });
}
