import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  FailOpenCache,
  MemoryBlobStore,
  MemoryMetaStore,
  ReadOnlyCache,
  StoredCache,
  TellingCache,
  type Cache,
  type CacheEvent,
} from '../src/index.js';
import { entryOf, openTiers } from './support/tiers.js';

const entry = { key: { module: 'm' }, blobs: { a: Buffer.from('abc'), b: Buffer.from('de') } };

describe('a telling cache', () => {
  it('does not tell of a put that failed', async () => {
    const { cache, metas, events } = fresh();
    metas.put = () => Promise.reject(new Error('refused'));
    await assert.rejects(cache.put(entry));
    await assert.rejects(cache.putMany([entry]));
    assert.deepEqual(events, []);
  });

  it('tells of every hit, miss and put, with the bytes that moved', async () => {
    const { cache, events } = fresh();
    await cache.put(entry);
    await cache.getMany([entry.key, 'absent']);
    await cache.getMetas([entry.key]);
    await cache.get('absent');
    await cache.putMany([{ key: 'k', blobs: { c: Buffer.from('four') } }]);
    assert.deepEqual(events, [
      { type: 'put', key: entry.key, bytes: 5 },
      { type: 'hit', key: entry.key, bytes: 5 },
      { type: 'miss', key: 'absent', reason: 'absent' },
      { type: 'hit', key: entry.key, bytes: 0 },
      { type: 'miss', key: 'absent', reason: 'absent' },
      { type: 'put', key: 'k', bytes: 4 },
    ]);
  });

  it('around tiers tells of each key once: what the next tier has is no miss', async () => {
    const { cache, remote } = openTiers();
    const events: CacheEvent[] = [];
    await remote.cache.put(entryOf('k', 'content'));
    await new TellingCache(cache, (event) => events.push(event)).getMany(['k', 'nowhere']);
    assert.deepEqual(events, [
      { type: 'hit', key: 'k', bytes: 'content'.length },
      { type: 'miss', key: 'nowhere', reason: 'absent' },
    ]);
  });

  it('within a read-only cache tells of no put', async () => {
    const { cache, events } = fresh();
    const readOnly: Cache = new ReadOnlyCache(cache);
    await readOnly.put(entry);
    assert.deepEqual(events, []);
  });

  it('within one that fails open: a read of a store out of order is told as an outage, and each key as a miss', async () => {
    const { cache, metas, events, sink } = fresh();
    const error = Object.assign(new Error('the disk is failing'), { code: 'EIO' });
    metas.getMany = () => Promise.reject(error);
    const open = new FailOpenCache(cache, sink);
    await open.getMany(['a', 'b']);
    await open.get('c');
    const unavailable = { type: 'miss', reason: 'unavailable' };
    assert.deepEqual(events, [
      { type: 'degraded', operation: 'get', error },
      { ...unavailable, key: 'a' },
      { ...unavailable, key: 'b' },
      { type: 'degraded', operation: 'get', error },
      { ...unavailable, key: 'c' },
    ]);
  });
});

function fresh() {
  const [blobs, metas] = [new MemoryBlobStore(), new MemoryMetaStore()];
  const events: CacheEvent[] = [];
  const sink = (event: CacheEvent) => void events.push(event);
  const cache = new TellingCache(new StoredCache({ blobs, metas, writer: 'test' }), sink);
  return { cache, metas, events, sink };
}
