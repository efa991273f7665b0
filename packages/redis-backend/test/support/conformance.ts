import { describe, test } from 'node:test';
import { blobRepairSuite, blobStoreSuite, cacheSuite, metaStoreSuite } from '@cleanmiss/conformance';
import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import type { RedisStoreOptions } from '@cleanmiss/redis-backend';
import { openStore } from './redis-stores.js';

const runner = { describe, test };

/** Every suite, each test with a namespace of its own. */
export function conformsOn(url: string): void {
  storesConformOn(url);
  blobRepairSuite(runner, async () => {
    const { store, damage, close } = openStore(url);
    return { store: store.blobs, damage, close };
  });
  cacheSuite(runner, async (taps) => {
    const { store, close } = openStore(url);
    const blobs = new VerifyingBlobStore(taps.blobs(store.blobs), { by: 'digest' });
    return { cache: new StoredCache({ blobs, metas: taps.metas(store.metas), writer: 'test' }), close };
  });
}

/** Of another way to the same server only what goes over it. */
export function storesConformOn(url: string, options: Omit<RedisStoreOptions, 'url'> = {}): void {
  blobStoreSuite(runner, async () => {
    const { store, close } = openStore(url, options);
    return { store: store.blobs, close };
  });
  metaStoreSuite(runner, async () => {
    const { store, close } = openStore(url, options);
    return { store: store.metas, close };
  });
}
