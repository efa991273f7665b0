import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { blobRepairSuite, blobStoreSuite, cacheSuite, metaStoreSuite } from '@cleanmiss/conformance';
import { StoredCache, VerifyingBlobStore, type Digest } from '@cleanmiss/core';
import { newDirectory, StoreFixture } from './support/store-fixture.js';

const runner = { describe, test };

function open() {
  const fixture = new StoreFixture(newDirectory());
  const close = () => {
    rmSync(fixture.directory, { recursive: true, force: true });
  };
  const damage = (digest: Digest, change: (bytes: Uint8Array) => Uint8Array) => {
    const path = fixture.files.blobs.pathOf(digest);
    writeFileSync(path, change(readFileSync(path)));
  };
  return { fixture, close, damage };
}

describe('plain files:', () => {
  blobStoreSuite(runner, async () => {
    const { fixture, close } = open();
    return { store: fixture.blobs, close };
  });
  blobRepairSuite(runner, async () => {
    const { fixture, close, damage } = open();
    return { store: fixture.blobs, close, damage };
  });
  metaStoreSuite(runner, async () => {
    const { fixture, close } = open();
    return { store: fixture.metas, close };
  });
  cacheSuite(runner, async (taps) => {
    const { fixture, close } = open();
    const blobs = new VerifyingBlobStore(taps.blobs(fixture.blobs));
    return { cache: new StoredCache({ blobs, metas: taps.metas(fixture.metas), writer: 'test' }), close };
  });
});
