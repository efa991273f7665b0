import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CacheError,
  FailOpenCache,
  isOutage,
  MemoryBlobStore,
  MemoryMetaStore,
  StoredCache,
  type CacheEvent,
} from '../src/index.js';

describe('an outage', () => {
  it('is not a bug, an abort, damage or a bad argument', () => {
    const others = [
      new TypeError('undefined is not a function'),
      new DOMException('aborted', 'AbortError'),
      AbortSignal.abort().reason,
      systemError('ENOENT'),
      new CacheError('ERR_INVALID_KEY', 'no key'),
      { code: 'ENOSPC' },
      'ENOSPC',
      undefined,
    ];
    for (const error of others) assert.equal(isOutage(error), false, String(error));
  });

  it('is a disk, a process or a network out of order', () => {
    for (const code of [
      'ENOSPC',
      'EROFS',
      'EACCES',
      'EIO',
      'EMFILE',
      'ECONNREFUSED',
      'ETIMEDOUT',
      'ENOTDIR',
    ]) {
      assert.equal(isOutage(systemError(code)), true, code);
    }
    assert.equal(isOutage(new CacheError('ERR_OUTAGE', 'out of order')), true);
  });
});

describe('a cache that fails open', () => {
  it('lets everything through that is not an outage', async () => {
    const { cache, events } = failing(new TypeError('a bug'));
    await assert.rejects(cache.get('k'), TypeError);
    await assert.rejects(cache.put({ key: 'k', blobs: {} }), TypeError);
    assert.deepEqual(events, []);
  });

  it('answers every read of a store out of order with a miss: unavailable', async () => {
    const { cache } = failing(systemError('EIO'));
    const miss = { hit: false, reason: 'unavailable' };
    assert.deepEqual(await cache.get('k'), miss);
    assert.deepEqual(await cache.getMany(['a', 'b']), [miss, miss]);
    assert.deepEqual(await cache.getMetas(['a', 'b', 'c']), [miss, miss, miss]);
  });

  it('drops every write to a store out of order, and tells', async () => {
    const error = systemError('ENOSPC');
    const { cache, events } = failing(error);
    await cache.put({ key: 'k', blobs: { data: Buffer.from('x') } });
    await cache.putMany([{ key: 'k', blobs: {} }]);
    await cache.delete('k');
    assert.deepEqual(events, [
      { type: 'degraded', operation: 'put', error },
      { type: 'degraded', operation: 'put', error },
      { type: 'degraded', operation: 'delete', error },
    ]);
  });
});

function failing(error: Error) {
  const fail = () => Promise.reject(error);
  const blobs = Object.assign(new MemoryBlobStore(), { getMany: fail, putMany: fail });
  const metas = Object.assign(new MemoryMetaStore(), { getMany: fail, put: fail, delete: fail });
  const events: CacheEvent[] = [];
  const cache = new FailOpenCache(new StoredCache({ blobs, metas, writer: 'test' }), (event) =>
    events.push(event),
  );
  return { cache, events };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'open' });
}
