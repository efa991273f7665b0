import { createHash } from 'node:crypto';
import type { BlobRef, ChecksumOf } from '@cleanmiss/core';
import type { FileEntry, Unit } from './manifest.js';

/*
 * A state is thousands of small files, and to a store each blob is a file, or a command and a reply, and a stream to
 * unpack. So small files lie together in packs: a pack is one blob, its content that of some files one after the other.
 * Where a pack ends depends on the names of units alone (and on sizes, where a unit is large): equal stretches of two
 * states are equal packs, without looking at what was stored before, and a changed file takes few others with it.
 * Measured: docs/adr/0015-packs.md.
 */

/** Larger files are blobs of their own. */
export const maxPackedBytes = 64 * 1024;
export const maxPackBytes = 512 * 1024;
const unitsPerPack = 4;

/** Some files of a snapshot in one blob. */
export interface Pack {
  readonly ref: BlobRef;
  /** In the order of their content. */
  readonly files: readonly FileEntry[];
}

/** Packs by `packKeyOf` of their files: what is known need not be read and hashed once more. */
export type KnownPacks = ReadonlyMap<string, BlobRef>;

export function isPacked({ size, refs }: Pick<FileEntry, 'size' | 'refs'>): boolean {
  return refs.length === 1 && size <= maxPackedBytes;
}

/** The files of each pack, of units that stand on one page, in their order. */
export function packGroupsOf(
  units: readonly Unit[],
  checksumOf: ChecksumOf,
): readonly (readonly FileEntry[])[] {
  const groups: FileEntry[][] = [];
  let group: FileEntry[] = [];
  let bytes = 0;
  const close = () => {
    if (group.length > 0) groups.push(group);
    group = [];
    bytes = 0;
  };
  for (const { name, files } of units) {
    for (const file of files.filter(isPacked)) {
      if (bytes + file.size > maxPackBytes) close();
      group.push(file);
      bytes += file.size;
    }
    if (isBoundary(name, unitsPerPack, checksumOf)) close();
  }
  close();
  return groups;
}

/** True for one name in so many, and for the same ones everywhere. */
export function isBoundary(name: string, oneIn: number, checksumOf: ChecksumOf): boolean {
  return Number.parseInt(checksumOf(Buffer.from(name)).slice(-8), 16) % oneIn === 0;
}

export function packKeyOf(files: readonly FileEntry[]): string {
  const contents = files.map(({ refs }) => refs[0]!.digest).join('');
  return createHash('sha256').update(contents).digest('hex');
}

export function knownPacksOf(packs: readonly Pack[]): KnownPacks {
  return new Map(packs.map(({ files, ref }) => [packKeyOf(files), ref]));
}
