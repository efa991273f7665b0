import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  blobOf,
  distinctRefs,
  loadChecksum,
  type Blob,
  type BlobRef,
  type BlobStore,
  type ChecksumOf,
  type Digest,
} from '@cleanmiss/core';
import { trafficBatchesOf } from './batches.js';
import { chunksOf } from './chunking.js';
import type { FileEntry, Unit } from './manifest.js';
import { changedMeanwhile, readPack } from './pack-content.js';
import { isPacked, type Pack } from './packs.js';
import type { SlotIndex } from './slot-index.js';

export interface Uploaded {
  /** Whose content, or that of a pack they lie in, the store had not got. */
  readonly files: number;
  /** Bytes of content, without the manifest's. */
  readonly bytes: number;
}

/** What is stored together: a pack, or a file that lies in none. */
interface Item {
  readonly refs: readonly BlobRef[];
  readonly files: number;
  readonly size: number;
  read(): readonly Blob[];
}

/** Those blobs of what a slot held that the store has; their lifetime is renewed. */
export async function findPresent(
  store: BlobStore,
  { units, packs }: Pick<SlotIndex, 'units' | 'packs'>,
): Promise<ReadonlySet<Digest>> {
  const own = unpackedFilesOf(units).flatMap((file) => file.refs);
  const refs = distinctRefs([...own, ...packs.values()]);
  const missing = new Set((await store.findMissing(refs)).map(({ digest }) => digest));
  return new Set(refs.map(({ digest }) => digest).filter((digest) => !missing.has(digest)));
}

export interface UploadOptions {
  readonly stateDir: string;
  /** What the store was found to have so short a time ago that no collection takes it. */
  readonly present: ReadonlySet<Digest>;
}

/** Stores those blobs of a state and its manifest that the store has not got. When it resolves, the store has all of them. */
export async function uploadMissing(
  store: BlobStore,
  { units, packs, pages }: Uploadable,
  { stateDir, present }: UploadOptions,
): Promise<Uploaded> {
  const checksumOf = await loadChecksum();
  const items = [
    ...packs.map((pack) => itemOfPack(stateDir, pack, checksumOf)),
    ...unpackedFilesOf(units).map((file) => itemOfFile(stateDir, file, checksumOf)),
  ];
  const all = distinctRefs([...items.flatMap(({ refs }) => refs), ...pages.map((page) => page.ref)]);
  const wanted = all.filter(({ digest }) => !present.has(digest));
  const missing = new Set((await store.findMissing(wanted)).map((ref) => ref.digest));
  const uploaded = { files: 0, bytes: 0 };
  const isIncomplete = ({ refs }: Item) => refs.some(({ digest }) => missing.has(digest));
  for (const part of trafficBatchesOf(items.filter(isIncomplete), ({ size }) => size)) {
    // Once more, because items may share blobs.
    const batch = part.filter(isIncomplete);
    const blobs = batch.flatMap((item) => item.read()).filter(({ ref }) => missing.delete(ref.digest));
    await store.putMany(blobs);
    uploaded.files += batch.reduce((sum, { files }) => sum + files, 0);
    uploaded.bytes += blobs.reduce((sum, blob) => sum + blob.bytes.length, 0);
  }
  await store.putMany(pages.filter((page) => missing.has(page.ref.digest)));
  return uploaded;
}

export interface Uploadable {
  readonly units: readonly Unit[];
  readonly packs: readonly Pack[];
  readonly pages: readonly Blob[];
}

function itemOfPack(stateDir: string, { ref, files }: Pack, checksumOf: ChecksumOf): Item {
  return {
    refs: [ref],
    files: files.length,
    size: ref.size,
    // Each file is the one that was hashed, and so the pack is.
    read: () => [{ ref, bytes: readPack(stateDir, files, checksumOf) }],
  };
}

function itemOfFile(stateDir: string, file: FileEntry, checksumOf: ChecksumOf): Item {
  return {
    refs: file.refs,
    files: 1,
    size: file.size,
    read: () => {
      const content = readFileSync(join(stateDir, file.path));
      const blobs = chunksOf(content).map((chunk) => blobOf(chunk, checksumOf));
      const isSame =
        blobs.length === file.refs.length && blobs.every(({ ref }, i) => ref.digest === file.refs[i]!.digest);
      if (!isSame) throw changedMeanwhile(file);
      return blobs;
    },
  };
}

function unpackedFilesOf(units: readonly Unit[]): readonly FileEntry[] {
  return units.flatMap(({ files }) => files.filter((file) => !isPacked(file)));
}
