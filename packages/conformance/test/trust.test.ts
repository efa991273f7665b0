import { describe, test } from 'node:test';
import { blobStoreSuite, cacheSuite, type StoreTaps } from '@cleanmiss/conformance';
import {
  generateKeys,
  MemoryBlobStore,
  MemoryMetaStore,
  RevocableCache,
  RevocationList,
  ScopeChain,
  signerOf,
  StoredCache,
  verifierOf,
  VerifyingBlobStore,
  type Cache,
  type Trust,
} from '@cleanmiss/core';

const runner = { describe, test };
const { publicKey, privateKey } = generateKeys();
const signed: Trust = {
  namespace: 'team@main',
  signer: signerOf(privateKey, 'the test'),
  verifier: verifierOf([publicKey]),
};

type Taps = Pick<StoreTaps, 'blobs' | 'metas'>;

function stored(taps: Taps, trust?: Trust, quarantines = true): Cache {
  const blobs = new VerifyingBlobStore(taps.blobs(new MemoryBlobStore()), { by: 'digest', quarantines });
  const metas = taps.metas(new MemoryMetaStore());
  return new StoredCache({ blobs, metas, writer: 'test', ...(trust ? { trust } : {}) });
}

/** As `openCache` has it: what is only read is not quarantined either. */
function twoScopes(taps: Taps): Cache {
  return new ScopeChain(stored(taps), [stored(taps, undefined, false)]);
}

describe('signed and verified:', () => {
  cacheSuite(runner, async (taps) => ({ cache: stored(taps, signed) }));
});

describe('with an ear for what is revoked:', () => {
  const list = new RevocationList();
  cacheSuite(runner, async (taps) => ({
    cache: new RevocableCache(stored(taps), { list, learn: () => {} }),
  }));
});

describe('in the first of two scopes:', () => {
  // Both are tapped: a blob that is damaged, or out of reach, is so in either, else the other one answers, as it should.
  cacheSuite(runner, async (taps) => ({ cache: twoScopes(taps) }));
  blobStoreSuite(runner, async () => {
    const untapped: Taps = { blobs: (store) => store, metas: (store) => store };
    return { store: twoScopes(untapped).blobs };
  });
});
