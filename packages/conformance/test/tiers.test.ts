import { describe, test } from 'node:test';
import { blobRepairSuite, blobStoreSuite, cacheSuite, metaStoreSuite } from '@cleanmiss/conformance';
import {
  FailOpenCache,
  GuardedBlobStore,
  GuardedMetaStore,
  MemoryBlobStore,
  MemoryMetaStore,
  noEvents,
  TellingCache,
} from '@cleanmiss/core';
import { damageableMemory } from './support/damageable-memory.js';
import { guardedRemote, policies, tieredBlobs, tieredCache, TwoMachines } from './support/tiered-stacks.js';

const runner = { describe, test };

describe('in memory, guarded:', () => {
  const guarded = (store: MemoryBlobStore) => new GuardedBlobStore(store, policies());
  blobStoreSuite(runner, async () => ({ store: guarded(new MemoryBlobStore()) }));
  blobRepairSuite(runner, async () => {
    const memory = new MemoryBlobStore();
    return damageableMemory(memory, () => guarded(memory));
  });
  metaStoreSuite(runner, async () => ({ store: new GuardedMetaStore(new MemoryMetaStore(), policies()) }));
  cacheSuite(runner, async (taps) => ({ cache: guardedRemote(taps) }));
});

describe('the blobs of two tiers:', () => {
  blobStoreSuite(runner, async () => ({ store: tieredBlobs(new MemoryBlobStore()) }));
  blobRepairSuite(runner, async () => damageableMemory(new MemoryBlobStore(), tieredBlobs));
});

describe('two tiers:', () => {
  cacheSuite(runner, async (taps) => ({ cache: tieredCache(taps) }));
});

describe('two tiers, filled later:', () => {
  cacheSuite(runner, async (taps) => ({ cache: tieredCache(taps, { deferFill: true }) }));
});

describe('two tiers, failing open:', () => {
  cacheSuite(runner, async (taps) => ({ cache: new FailOpenCache(tieredCache(taps), noEvents) }));
});

describe('two tiers, telling:', () => {
  cacheSuite(runner, async (taps) => ({ cache: new TellingCache(tieredCache(taps), noEvents) }));
});

describe('two machines that share a remote:', () => {
  cacheSuite(runner, async (taps) => ({ cache: new TwoMachines(taps) }));
});
