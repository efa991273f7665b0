import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobRepairSuite,
  blobStoreSuite,
  cacheSuite,
  metaStoreSuite,
  type OpenedCache,
} from '@cleanmiss/conformance';
import { MemoryBlobStore, MemoryMetaStore, type MetaStore } from '@cleanmiss/core';
import { blobMutants } from './support/blob-mutants.js';
import { cacheMutants, cacheOf, memoryParts, type Parts } from './support/cache-mutants.js';
import { damageableMemory } from './support/damageable-memory.js';
import { metaMutants } from './support/meta-mutants.js';
import { RecordingRunner } from './support/recording-runner.js';

describe('the suites fail for a blob store that', () => {
  for (const [mistake, create] of Object.entries(blobMutants)) {
    it(mistake, async () => {
      assert.notDeepEqual(await failuresOfBlobStore(create), []);
    });
  }
});

describe('the suites fail for a meta store that', () => {
  for (const [mistake, create] of Object.entries(metaMutants)) {
    it(mistake, async () => {
      assert.notDeepEqual(await failuresOfMetaStore(create), []);
    });
  }
});

describe('the suites fail for a cache that', () => {
  for (const [mistake, create] of Object.entries(cacheMutants)) {
    it(mistake, async () => {
      assert.notDeepEqual(await failuresOfCache(create), []);
    });
  }
});

describe('the suites pass', () => {
  it('for the stores that the mutants are made from', async () => {
    assert.deepEqual(await failuresOfBlobStore(() => new MemoryBlobStore()), []);
    assert.deepEqual(await failuresOfMetaStore(() => new MemoryMetaStore()), []);
  });

  it('for the cache that the mutants are made from', async () => {
    assert.deepEqual(await failuresOfCache(cacheOf), []);
  });

  it('and give back every store they were given, also where a test fails', async () => {
    let open = 0;
    const runner = new RecordingRunner();
    blobStoreSuite(runner, async () => {
      open += 1;
      return { store: blobMutants['removes nothing']!(), close: () => void (open -= 1) };
    });
    const failed = await runner.run();
    assert.ok(failed.length > 0 && failed.length < runner.size);
    assert.equal(open, 0);
  });
});

function failuresOfBlobStore(create: () => MemoryBlobStore): Promise<readonly string[]> {
  const runner = new RecordingRunner();
  blobStoreSuite(runner, async () => ({ store: create() }));
  blobRepairSuite(runner, async () => damageableMemory(create()));
  return runner.run();
}

function failuresOfMetaStore(create: () => MetaStore): Promise<readonly string[]> {
  const runner = new RecordingRunner();
  metaStoreSuite(runner, async () => ({ store: create() }));
  return runner.run();
}

function failuresOfCache(create: (parts: Parts) => OpenedCache['cache']): Promise<readonly string[]> {
  const runner = new RecordingRunner();
  cacheSuite(runner, async (taps) => {
    const { blobs, metas } = memoryParts();
    return { cache: create({ blobs: taps.blobs(blobs), metas: taps.metas(metas) }) };
  });
  return runner.run();
}
