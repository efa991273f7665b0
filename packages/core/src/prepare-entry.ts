import { blobOf, type Blob } from './blob-ref.js';
import { isBlobRef, type CacheEntry } from './cache.js';
import type { ChecksumOf } from './checksum.js';
import type { StoredEntry } from './journal.js';
import type { NamedBlobRef } from './meta.js';

/** An entry in terms of blobs by reference, and those of the blobs that are still to be stored. */
export interface PreparedEntry {
  readonly entry: StoredEntry;
  readonly blobs: readonly Blob[];
}

/** Names like `__proto__` are names: `fromEntries` defines members, it does not assign them. */
export function prepareEntry(
  { key, blobs, attributes = {}, after, origins, written }: CacheEntry,
  checksumOf: ChecksumOf,
): PreparedEntry {
  const own: Blob[] = [];
  const refs = Object.entries(blobs).map(([name, value]): readonly [string, NamedBlobRef] => {
    if (isBlobRef(value)) return [name, value];
    const blob = blobOf(value, checksumOf);
    own.push(blob);
    return [name, blob.ref];
  });
  const named = Object.fromEntries(refs);
  const entry = {
    key,
    blobs: named,
    attributes,
    ...(after === undefined ? {} : { after }),
    ...(origins === undefined ? {} : { origins }),
    ...(written === undefined ? {} : { written }),
  };
  return { entry, blobs: own };
}
