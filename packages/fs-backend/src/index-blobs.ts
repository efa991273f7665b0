import {
  decodeIndex,
  matchesChecksum,
  maxIndexBytes,
  type BlobRef,
  type ChecksumOf,
  type Digest,
} from '@cleanmiss/core';
import { readWhole } from './read-whole.js';
import type { StoreFiles } from './store-files.js';

/** What index blobs list. Snapshots share them, so each is read once. */
export class IndexBlobs {
  readonly #files: StoreFiles;
  readonly #checksumOf: ChecksumOf;
  readonly #listed = new Map<Digest, readonly BlobRef[] | undefined>();

  constructor(files: StoreFiles, checksumOf: ChecksumOf) {
    this.#files = files;
    this.#checksumOf = checksumOf;
  }

  /** `undefined`: it is missing, damaged or longer than any index, and whatever names it is a miss anyway. */
  listedBy(ref: BlobRef): readonly BlobRef[] | undefined {
    if (!this.#listed.has(ref.digest))
      this.#listed.set(ref.digest, readIndex(this.#files, ref, this.#checksumOf));
    return this.#listed.get(ref.digest);
  }
}

/** What one index blob lists. `undefined`: as above. */
export function readIndex(
  { fs, blobs }: StoreFiles,
  ref: BlobRef,
  checksumOf: ChecksumOf,
): readonly BlobRef[] | undefined {
  if (ref.size > maxIndexBytes) return undefined;
  const read = readWhole(fs, blobs.pathOf(ref.digest), ref.size, ref.size);
  if (read.kind === 'unreadable') throw read.error;
  if (read.kind !== 'whole' || !matchesChecksum(read.bytes, ref, checksumOf)) return undefined;
  return decodeIndex(read.bytes)?.flatMap((entry) => entry.refs);
}
