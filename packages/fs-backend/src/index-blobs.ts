import { indexEntriesOf, matchesChecksum, type BlobRef, type ChecksumOf } from '@cleanmiss/core';
import { readWhole } from './read-whole.js';
import type { StoreFiles } from './store-files.js';

/**
 * What an index blob lists, one after the other: nobody holds more than a line of it. `undefined` stands for a line that is none,
 * or for all of an index that is missing or damaged: whatever names it is a miss anyway.
 */
export function* refsListedBy(
  { fs, blobs }: StoreFiles,
  index: BlobRef,
  checksumOf: ChecksumOf,
): Iterable<BlobRef | undefined> {
  const read = readWhole(fs, blobs.pathOf(index.digest), index.size, index.size);
  if (read.kind === 'unreadable') throw read.error;
  if (read.kind !== 'whole' || !matchesChecksum(read.bytes, index, checksumOf)) {
    yield undefined;
    return;
  }
  for (const entry of indexEntriesOf(read.bytes)) {
    if (entry) yield* entry.refs;
    else yield undefined;
  }
}
