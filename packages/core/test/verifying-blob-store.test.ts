import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobOf,
  digestOf,
  loadChecksum,
  MemoryBlobStore,
  VerifyingBlobStore,
  type BlobRef,
  type CacheEvent,
} from '../src/index.js';

const checksumOf = await loadChecksum();
const [good, bad] = ['good', 'bad!'].map((text) => blobOf(Buffer.from(text), checksumOf)) as [
  ReturnType<typeof blobOf>,
  ReturnType<typeof blobOf>,
];

describe('a verifying blob store', () => {
  it('answers blob-corrupt for other bytes, has them quarantined, and tells', async () => {
    const { inner, store, events } = await withDamage('checksum');
    const [first, second] = await store.getMany([bad.ref, good.ref]);
    assert.deepEqual(first, { found: false, reason: 'blob-corrupt' });
    assert.deepEqual(second, { found: true, bytes: Uint8Array.from(good.bytes) });
    assert.deepEqual(await inner.findMissing([bad.ref]), [bad.ref]);
    assert.deepEqual(events, [{ type: 'quarantined', digests: [bad.ref.digest] }]);
  });

  it('answers the good blobs of the batch where the store cannot quarantine', async () => {
    const error = Object.assign(new Error('read-only'), { code: 'EROFS', syscall: 'rename' });
    const { inner, store, events } = await withDamage('checksum');
    inner.quarantineMany = () => Promise.reject(error);
    const [first, second] = await store.getMany([bad.ref, good.ref]);
    assert.deepEqual(first, { found: false, reason: 'blob-corrupt' });
    assert.ok(second?.found);
    assert.deepEqual(events, [{ type: 'degraded', operation: 'quarantine', error }]);
  });

  it('by digest, refuses bytes that only match the checksum: an attacker can find such', async () => {
    const { inner } = await withDamage('digest');
    const forged: BlobRef = { ...good.ref, digest: digestOf(Buffer.from('what was meant')) };
    await inner.putMany([{ ref: forged, bytes: good.bytes }]);
    const byChecksum = await new VerifyingBlobStore(inner).getMany([forged]);
    assert.ok(byChecksum[0]?.found, 'the checksum alone lets them through');
    const byDigest = await new VerifyingBlobStore(inner, { by: 'digest' }).getMany([forged]);
    assert.deepEqual(byDigest, [{ found: false, reason: 'blob-corrupt' }]);
  });

  it('passes misses on as they are', async () => {
    const store = new VerifyingBlobStore(new MemoryBlobStore());
    assert.deepEqual(await store.getMany([good.ref]), [{ found: false, reason: 'blob-missing' }]);
  });
});

async function withDamage(by: 'checksum' | 'digest') {
  const inner = new MemoryBlobStore();
  await inner.putMany([good, { ref: bad.ref, bytes: Buffer.from('BAD!') }]);
  const events: CacheEvent[] = [];
  return {
    inner,
    events,
    store: new VerifyingBlobStore(inner, { by, events: (event) => events.push(event) }),
  };
}
