/**
 * Started as a process of its own: puts its entries of each epoch that it is told, and says of each, once it is put, that it is.
 * Arguments: directory, number, how long a put may take so that it is under the protection of the grace period.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  blobOf,
  loadChecksum,
  StoredCache,
  VerifyingBlobStore,
  type Blob,
  type CacheEntry,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { entriesPerEpoch, mayRelyOn, upkeepEntryOf, type EntryName } from './upkeep-entries.js';

const [directory = '', writer = '', longestMs = ''] = process.argv.slice(2);
const { blobs, metas } = openFsStore({ directory });
const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer });
const checksumOf = await loadChecksum();

for await (const line of createInterface(process.stdin)) {
  for (let n = 0; n < entriesPerEpoch; n++)
    // Not through a stream: what is said is said.
    writeSync(1, `${await outcomeOf({ epoch: Number(line), writer: Number(writer), n })}\n`);
}

/** `put EPOCH N`, or what became of it instead. */
async function outcomeOf(name: EntryName): Promise<string> {
  const entry = upkeepEntryOf(name);
  const begun = performance.now();
  try {
    const relies = (name.n + name.writer) % 2 === 0 && mayRelyOn(name);
    await (relies ? putByReference(entry) : cache.put(entry));
  } catch (error) {
    return `failed ${String(error)}`;
  }
  return performance.now() - begun < Number(longestMs) ? `put ${name.epoch} ${name.n}` : 'slow';
}

/** As a capture does: what is there is relied on, and only what is missing is stored. */
async function putByReference(entry: CacheEntry): Promise<void> {
  const named = Object.entries(entry.blobs).map(([name, bytes]): readonly [string, Blob] => [
    name,
    blobOf(bytes as Uint8Array, checksumOf),
  ]);
  const all = named.map(([, blob]) => blob);
  const missing = new Set(await cache.blobs.findMissing(all.map(({ ref }) => ref)));
  await cache.blobs.putMany(all.filter(({ ref }) => missing.has(ref)));
  await cache.put({ ...entry, blobs: Object.fromEntries(named.map(([name, { ref }]) => [name, ref])) });
}
