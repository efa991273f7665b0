/**
 * Started as a process of its own: again and again makes a content of its own old, unnamed and sometimes damaged, and puts it
 * once more under a new key, while others collect and verify. Says of each content, once it is put, under which round it is.
 * Arguments: directory, name, rounds.
 */
import { utimesSync, writeFileSync, writeSync } from 'node:fs';
import { digestOf, StoredCache, VerifyingBlobStore, type CacheEntry } from '@cleanmiss/core';
import { openFsStore, StoreFiles } from '@cleanmiss/fs-backend';

export const contents = 12;

export function upsetEntryOf(writer: string, content: number, round: number): CacheEntry {
  return { key: { writer, content, round }, blobs: { data: Buffer.alloc(20_000, `${writer} ${content} `) } };
}

async function main(directory: string, writer: string, rounds: number): Promise<void> {
  const { blobs, metas } = openFsStore({ directory, syncMetas: false });
  const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer });
  const files = new StoreFiles({ directory });
  for (let round = 0; round < rounds; round++) {
    const entries = Array.from({ length: contents }, (_, content) => upsetEntryOf(writer, content, round));
    for (const [content, entry] of entries.entries()) {
      await cache.delete(upsetEntryOf(writer, content, round - 1).key);
      upset(files.blobs.pathOf(digestOf(entry.blobs['data'] as Uint8Array)), (content + round) % 3 === 0);
    }
    for (const [content, entry] of entries.entries()) {
      await cache.put(entry);
      writeSync(1, `${content} ${round}\n`);
    }
  }
}

/** Just before it is put: the collectors and verifiers are about to take it. */
function upset(path: string, damage: boolean): void {
  try {
    if (damage) writeFileSync(path, 'damaged', { flag: 'r+' });
    utimesSync(path, 1, 1);
  } catch {
    // They have taken it already.
  }
}

if (process.argv[1]?.endsWith('upset-process.js')) {
  const [directory = '', writer = '', rounds = ''] = process.argv.slice(2);
  await main(directory, writer, Number(rounds));
}
