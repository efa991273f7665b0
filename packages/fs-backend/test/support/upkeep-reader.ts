/**
 * Started as a process of its own: reads all that was acknowledged, and says of each entry that is lost or wrong that it is.
 * Arguments: directory, and the path of a file with `Expected` as JSON.
 */
import { readFileSync } from 'node:fs';
import { StoredCache, VerifyingBlobStore, type CacheEntry, type CacheResult } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { upkeepEntryOf, victimOf, type EntryName } from './upkeep-entries.js';

export interface Victim {
  readonly epoch: number;
  readonly v: number;
  /** And never put again since then. */
  readonly isDamaged: boolean;
}

export interface Expected {
  readonly acknowledged: readonly EntryName[];
  readonly victims: readonly Victim[];
}

const [directory = '', path = ''] = process.argv.slice(2);
const { blobs, metas } = openFsStore({ directory });
const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'reader' });
const { acknowledged, victims } = JSON.parse(readFileSync(path, 'utf8')) as Expected;

for (const name of acknowledged) await expectHit(upkeepEntryOf(name));
for (const { epoch, v, isDamaged } of victims) {
  if (!isDamaged) await expectHit(victimOf(epoch, v));
  else await expectCleanMiss(victimOf(epoch, v));
}

async function expectHit(entry: CacheEntry): Promise<void> {
  const result = await cache.get(entry.key);
  if (!result.hit) console.log(`lost ${JSON.stringify(entry.key)}: ${result.reason}`);
  else if (!isExact(entry, result)) console.log(`wrong ${JSON.stringify(entry.key)}`);
}

async function expectCleanMiss(entry: CacheEntry): Promise<void> {
  const result = await cache.get(entry.key);
  const reason = result.hit ? 'a hit' : result.reason;
  if (reason === 'blob-missing' || reason === 'blob-corrupt') return;
  console.log(`wrong ${JSON.stringify(entry.key)}: ${reason}`);
}

function isExact(entry: CacheEntry, result: CacheResult): boolean {
  return Object.entries(entry.blobs).every(
    ([name, bytes]) =>
      result.hit && Buffer.compare(result.blobs.get(name) ?? Buffer.of(), bytes as Uint8Array) === 0,
  );
}
