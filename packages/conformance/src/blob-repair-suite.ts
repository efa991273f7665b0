import assert from 'node:assert/strict';
import type { Digest } from '@cleanmiss/core';
import type { OpenedBlobStore } from './blob-store-suite.js';
import { damages } from './damage.js';
import { expectBlobs, expectMissing } from './expect-blobs.js';
import { bytesBlob, noise, textBlob } from './samples.js';
import { suite, type SuiteRunner } from './suite-runner.js';

export interface OpenedDamageableBlobStore extends OpenedBlobStore {
  /** Behind the store's back, replaces what it keeps under the digest. */
  readonly damage: (digest: Digest, change: (bytes: Uint8Array) => Uint8Array) => Promise<void> | void;
}

/** What every `BlobStore` promises about blobs that were damaged where it keeps them. */
export function blobRepairSuite(runner: SuiteRunner, open: () => Promise<OpenedDamageableBlobStore>): void {
  suite(runner, 'a blob store with a damaged blob', open, testsOfEachDamage());
}

function testsOfEachDamage(): Record<string, (opened: OpenedDamageableBlobStore) => Promise<void>> {
  const blob = bytesBlob(noise(10_000));
  const good = textBlob('not damaged');
  const tests: Record<string, (opened: OpenedDamageableBlobStore) => Promise<void>> = {};
  for (const [name, change] of Object.entries(damages)) {
    tests[`is repaired by putting it again: ${name}`] = async ({ store, damage }) => {
      await store.putMany([blob, good]);
      await damage(blob.ref.digest, change);
      await store.putMany([blob]);
      await expectBlobs(store, [blob, good]);
    };

    tests[`has it out of the way when it was quarantined, until it is put again: ${name}`] = async ({
      store,
      damage,
    }) => {
      await store.putMany([blob, good]);
      await damage(blob.ref.digest, change);
      await store.quarantineMany([good.ref, blob.ref]);
      await expectMissing(store, [blob]);
      await expectBlobs(store, [good]);
      await store.putMany([blob]);
      await expectBlobs(store, [blob, good]);
    };

    tests[`answers for all others as before: ${name}`] = async ({ store, damage }) => {
      await store.putMany([blob, good]);
      await damage(blob.ref.digest, change);
      const [damaged, other] = await store.getMany([blob.ref, good.ref]);
      if (damaged?.found) assert.ok(Buffer.compare(damaged.bytes, blob.bytes) !== 0, 'the damage was done');
      assert.ok(other?.found);
      await expectBlobs(store, [good]);
    };
  }
  return tests;
}
