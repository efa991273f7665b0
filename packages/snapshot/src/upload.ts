import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  blobOf,
  CacheError,
  distinctRefs,
  loadChecksum,
  type Blob,
  type BlobStore,
  type ChecksumOf,
  type Digest,
} from '@cleanmiss/core';
import { trafficBatchesOf } from './batches.js';
import { chunksOf } from './chunking.js';
import type { FileEntry, Unit } from './manifest.js';

export interface Uploaded {
  readonly files: number;
  /** Bytes of content, without the manifest's. */
  readonly bytes: number;
}

/** Those blobs of the units that the store has; their lifetime is renewed. */
export async function findPresent(store: BlobStore, units: readonly Unit[]): Promise<ReadonlySet<Digest>> {
  const refs = distinctRefs(units.flatMap((unit) => unit.files.flatMap((file) => file.refs)));
  const missing = new Set((await store.findMissing(refs)).map(({ digest }) => digest));
  return new Set(refs.map(({ digest }) => digest).filter((digest) => !missing.has(digest)));
}

/**
 * Stores those blobs of the units and pages that the store has not got. When it resolves, the store has all of them.
 * `present`: what it was found to have so short a time ago that no collection takes it.
 */
export async function uploadMissing(
  store: BlobStore,
  units: readonly Unit[],
  pages: readonly Blob[],
  stateDir: string,
  present: ReadonlySet<Digest> = new Set(),
): Promise<Uploaded> {
  const files = units.flatMap((unit) => unit.files);
  const all = distinctRefs([...files.flatMap((file) => file.refs), ...pages.map((page) => page.ref)]);
  const wanted = all.filter(({ digest }) => !present.has(digest));
  const missing = new Set((await store.findMissing(wanted)).map((ref) => ref.digest));
  const checksumOf = await loadChecksum();
  const uploaded = { files: 0, bytes: 0 };
  const isIncomplete = ({ refs }: FileEntry) => refs.some(({ digest }) => missing.has(digest));
  for (const part of trafficBatchesOf(files.filter(isIncomplete), ({ size }) => size)) {
    // Once more, because files may share blobs.
    const batch = part.filter(isIncomplete);
    const blobs = batch.flatMap((file) => readBlobs(stateDir, file, missing, checksumOf));
    for (const { ref } of blobs) missing.delete(ref.digest);
    await store.putMany(blobs);
    uploaded.files += batch.length;
    uploaded.bytes += blobs.reduce((sum, blob) => sum + blob.bytes.length, 0);
  }
  await store.putMany(pages.filter((page) => missing.has(page.ref.digest)));
  return uploaded;
}

function readBlobs(
  stateDir: string,
  file: FileEntry,
  missing: ReadonlySet<Digest>,
  checksumOf: ChecksumOf,
): readonly Blob[] {
  const blobs = chunksOf(readFileSync(join(stateDir, file.path))).map((chunk) => blobOf(chunk, checksumOf));
  if (blobs.length !== file.refs.length || blobs.some(({ ref }, i) => ref.digest !== file.refs[i]!.digest)) {
    // Only this process's checker writes here, and it has ended: a helper that it left behind is still at work.
    throw new CacheError('ERR_INVALID_STATE', `${file.path} changed while it was being stored`);
  }
  return blobs.filter(({ ref }) => missing.has(ref.digest));
}
