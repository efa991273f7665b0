import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  keyHashOf,
  MemoryBlobStore,
  MemoryMetaStore,
  ReadOnlyCache,
  StoredCache,
  type Cache,
  type CacheEvent,
} from '../src/index.js';

const entry = { key: { module: 'm' }, blobs: { a: Buffer.from('abc'), b: Buffer.from('de') } };

describe('a stored cache', () => {
  it('refuses a meta under a key that is not its own', async () => {
    const { cache, metas } = fresh();
    await cache.put(entry);
    const [bytes] = await metas.getMany([keyHashOf(entry.key)]);
    await metas.put(keyHashOf('another key'), bytes!);
    assert.deepEqual(await cache.get('another key'), { hit: false, reason: 'meta-corrupt' });
    assert.ok((await cache.get(entry.key)).hit);
  });

  it('gives the reason of the first blob that it could not have', async () => {
    const { cache, blobs } = fresh();
    await cache.put(entry);
    const answers = [
      { found: false, reason: 'blob-corrupt' },
      { found: false, reason: 'blob-missing' },
    ] as const;
    blobs.getMany = () => Promise.resolve(answers);
    assert.deepEqual(await cache.get(entry.key), { hit: false, reason: 'blob-corrupt' });
  });

  it('writes into the meta who wrote it, and when by its clock', async () => {
    const { cache } = fresh();
    await cache.put(entry);
    const result = await cache.get(entry.key);
    assert.ok(result.hit);
    assert.equal(result.meta.writer, 'test 1.0');
    assert.equal(result.meta.time, 1234);
  });
});

describe('a read-only cache', () => {
  it('drops every write, and reads what others have written', async () => {
    const { cache, blobs, metas } = fresh();
    const readOnly: Cache = new ReadOnlyCache(cache);
    await readOnly.put(entry);
    await readOnly.putMany([entry]);
    assert.deepEqual(await readOnly.get(entry.key), { hit: false, reason: 'absent' });
    await cache.put(entry);
    await readOnly.delete(entry.key);
    const result = await readOnly.get(entry.key);
    assert.ok(result.hit);
    const refs = [...result.meta.blobs.values()];
    await readOnly.blobs.deleteMany(refs.map(({ digest }) => digest));
    await readOnly.blobs.quarantineMany(refs);
    assert.deepEqual(await blobs.findMissing(refs), []);
    assert.ok((await metas.getMany([keyHashOf(entry.key)]))[0]);
  });
});

function fresh() {
  const [blobs, metas] = [new MemoryBlobStore(), new MemoryMetaStore()];
  const events: CacheEvent[] = [];
  const cache = new StoredCache({
    blobs,
    metas,
    writer: 'test 1.0',
    clock: { now: () => 1234 },
    events: (event) => events.push(event),
  });
  return { cache, blobs, metas, events };
}
