import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  GuardedBlobStore,
  GuardedMetaStore,
  keyHashOf,
  MemoryMetaStore,
  type BlobStore,
  type CallPolicy,
  type KeyHash,
} from '../src/index.js';
import { blobFrom, FakeTier } from './support/fake-tier.js';

const blob = blobFrom('content');
const key = keyHashOf('k');

describe('guarded stores', () => {
  it('make every call under the policy of reads or of writes: a store that is full is good to read from', async () => {
    const log: string[] = [];
    const policies = { reads: loggingPolicy('reads', log), writes: loggingPolicy('writes', log) };
    const tier = new FakeTier('remote');
    const blobs = new GuardedBlobStore(tier.blobs, policies);
    await blobs.putMany([blob]);
    await blobs.getMany([blob.ref]);
    await blobs.findMissing([blob.ref]);
    await blobs.quarantineMany([blob.ref]);
    await blobs.deleteMany([blob.ref.digest]);
    const metas = new GuardedMetaStore(tier.metas, policies);
    await metas.put(key, Buffer.from('meta'));
    await metas.getMany([key]);
    await metas.delete(key);
    assert.deepEqual(log, [
      'writes: write of blobs',
      'reads: read of blobs',
      'writes: look for blobs',
      'writes: removal of damage',
      'writes: removal of blobs',
      'writes: write of a meta',
      'reads: read of metas',
      'writes: removal of a meta',
    ]);
  });

  it("hand the store the policy's signal, not the caller's: it also fires at the deadline", async () => {
    const own = new AbortController().signal;
    const policy: CallPolicy = { run: (_operation, step) => step(own) };
    const seen: unknown[] = [];
    const inner = new Proxy({} as BlobStore, {
      get: () => (_items: unknown, options: unknown) => {
        seen.push(options);
        return Promise.resolve([]);
      },
    });
    const guarded = new GuardedBlobStore(inner, { reads: policy, writes: policy });
    const call = { signal: new AbortController().signal };
    await guarded.getMany([], call);
    await guarded.putMany([], call);
    await guarded.findMissing([], call);
    await guarded.deleteMany([], call);
    await guarded.quarantineMany([], call);
    assert.equal(seen.length, 5);
    for (const options of seen) assert.equal((options as { signal: AbortSignal }).signal, own);
  });

  it('list under no policy: that is for maintenance, and may take its time', async () => {
    const refusing: CallPolicy = { run: () => Promise.reject(new Error('refused')) };
    const inner = new MemoryMetaStore();
    await inner.put(key, Buffer.from('meta'));
    const metas = new GuardedMetaStore(inner, { reads: refusing, writes: refusing });
    const listed: KeyHash[] = [];
    for await (const found of metas.list()) listed.push(found);
    assert.deepEqual(listed, [key]);
  });
});

function loggingPolicy(name: string, log: string[]): CallPolicy {
  return {
    run: (operation, step) => {
      log.push(`${name}: ${operation}`);
      return step(new AbortController().signal);
    },
  };
}
