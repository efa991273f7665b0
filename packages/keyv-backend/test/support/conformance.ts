import { describe, test } from 'node:test';
import { blobRepairSuite, blobStoreSuite, cacheSuite, metaStoreSuite } from '@cleanmiss/conformance';
import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import type { KeyvFixture } from './keyv-fixture.js';

const runner = { describe, test };

/** Every suite, each test on an empty store of its own. */
export function keyvConformance(name: string, open: () => Promise<KeyvFixture>): void {
  describe(`${name}:`, () => {
    blobStoreSuite(runner, async () => (await open()).opened);
    blobRepairSuite(runner, async () => (await open()).opened);
    metaStoreSuite(runner, async () => {
      const fixture = await open();
      return { store: fixture.tier.metas, close: () => fixture.close() };
    });
    cacheSuite(runner, async (taps) => {
      const fixture = await open();
      const blobs = new VerifyingBlobStore(taps.blobs(fixture.tier.blobs), { by: 'digest' });
      const metas = taps.metas(fixture.tier.metas);
      return {
        cache: new StoredCache({ blobs, metas, writer: 'test' }),
        close: () => fixture.close(),
      };
    });
  });
}
