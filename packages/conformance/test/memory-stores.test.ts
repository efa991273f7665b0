import { describe, test } from 'node:test';
import { blobRepairSuite, blobStoreSuite, cacheSuite, metaStoreSuite } from '@cleanmiss/conformance';
import {
  FailOpenCache,
  MemoryBlobStore,
  MemoryMetaStore,
  noEvents,
  VerifyingBlobStore,
} from '@cleanmiss/core';
import { cacheOf, memoryParts } from './support/cache-mutants.js';
import { damageableMemory } from './support/damageable-memory.js';

const runner = { describe, test };

describe('in memory:', () => {
  blobStoreSuite(runner, async () => ({ store: new MemoryBlobStore() }));
  blobRepairSuite(runner, async () => damageableMemory(new MemoryBlobStore()));
  metaStoreSuite(runner, async () => ({ store: new MemoryMetaStore() }));
});

for (const by of ['checksum', 'digest'] as const) {
  describe(`verified by ${by}:`, () => {
    blobStoreSuite(runner, async () => ({ store: new VerifyingBlobStore(new MemoryBlobStore(), { by }) }));
    blobRepairSuite(runner, async () => {
      return damageableMemory(new MemoryBlobStore(), (store) => new VerifyingBlobStore(store, { by }));
    });
  });
}

describe('in memory, stored:', () => {
  cacheSuite(runner, async (taps) => {
    const { blobs, metas } = memoryParts();
    return { cache: cacheOf({ blobs: taps.blobs(blobs), metas: taps.metas(metas) }) };
  });
});

describe('in memory, failing open:', () => {
  cacheSuite(runner, async (taps) => {
    const { blobs, metas } = memoryParts();
    return {
      cache: new FailOpenCache(cacheOf({ blobs: taps.blobs(blobs), metas: taps.metas(metas) }), noEvents),
    };
  });
});
