import type { CacheEntry } from '@cleanmiss/core';

/** What writer `writer` puts as its `n`th entry: known to whoever checks, so that nothing has to be told but the numbers. */
export function entryOf(writer: string, n: number): CacheEntry {
  return {
    key: { writer, n },
    blobs: {
      own: contentOf(`own ${writer} ${n} `, 2000 + (n % 5) * 40_000),
      shared: contentOf(`shared ${n % 10} `, 30_000),
    },
  };
}

/** All writers fight for this key. */
export function contendedEntryOf(writer: string, n: number): CacheEntry {
  return {
    key: 'contended',
    blobs: { own: contentOf(`contended ${writer} ${n} `, 5000) },
    attributes: { writer, n },
  };
}

function contentOf(text: string, length: number): Uint8Array {
  return Buffer.alloc(length, text);
}
