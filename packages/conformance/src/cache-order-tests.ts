import assert from 'node:assert/strict';
import { CacheError, isOutage, keyHashOf } from '@cleanmiss/core';
import type { CacheTests } from './cache-suite.js';
import { expectHit, expectMiss, text } from './expect-cache.js';
import { turn } from './samples.js';

/** What comes before what, and many at once. */
export const orderTests: CacheTests = {
  'stores no meta when its blobs could not be stored': async ({ cache, taps }) => {
    taps.failPuts(new CacheError('ERR_OUTAGE', 'the disk is full'));
    await cache.put({ key: 'unlucky', blobs: { data: text('x') } }).catch((error: unknown) => {
      assert.ok(isOutage(error));
    });
    await expectMiss(cache, 'unlucky', 'absent');
    assert.ok(!taps.log.includes('metas.put begins'));
  },

  'puts no entry that comes after one that could not be put': async ({ cache, taps }) => {
    taps.failMeta(keyHashOf('first'), new CacheError('ERR_OUTAGE', 'the disk is full'));
    const first = { key: 'first', blobs: { data: text('x') } };
    const then = { key: 'then', blobs: {}, after: 'first' };
    await cache.putMany([then, first, { key: 'another', blobs: {} }]).catch((error: unknown) => {
      assert.ok(isOutage(error));
    });
    await expectMiss(cache, 'then', 'absent');
    await expectMiss(cache, 'first', 'absent');
  },

  'puts an entry after the one that it comes after, whatever their order': async ({ cache }) => {
    const entries = [
      { key: 'then', blobs: { data: text('of then') }, after: { first: 1 } },
      { key: { first: 1 }, blobs: { data: text('of first') } },
    ];
    await cache.putMany(entries);
    for (const entry of entries) await expectHit(cache, entry);
  },

  'stores every blob of every entry before the first meta': async ({ cache, taps }) => {
    await cache.putMany(
      ['a', 'b', 'c'].map((key) => ({ key, blobs: { one: text(`1 ${key}`), two: text(`2 ${key}`) } })),
    );
    const lastBlobEnds = taps.log.lastIndexOf('blobs.putMany ends');
    const firstMetaBegins = taps.log.indexOf('metas.put begins');
    assert.ok(lastBlobEnds >= 0 && lastBlobEnds < firstMetaBegins, taps.log.join(', '));
  },

  'reads no blob for whoever asks for the metas alone': async ({ cache, taps }) => {
    await cache.put({ key: 'k', blobs: { data: text('x') } });
    const before = taps.log.length;
    const [result] = await cache.getMetas(['k']);
    assert.ok(result?.hit);
    assert.deepEqual(taps.log.slice(before), []);
  },

  'keeps every one of many entries that are put at once': async ({ cache }) => {
    const entries = Array.from({ length: 200 }, (_, i) => ({
      key: { i },
      blobs: { own: text(`own ${i}`), shared: text(`shared ${i % 7}`) },
    }));
    await Promise.all(entries.map((entry) => cache.put(entry)));
    for (const entry of entries) await expectHit(cache, entry);
  },

  'shows a reader one whole entry or another while both are put under one key': async ({ cache }) => {
    const entryOf = (i: number) => ({
      key: 'k',
      blobs: { a: text(`a ${i}`), b: text(`b ${i}`) },
      attributes: { i },
    });
    await cache.put(entryOf(0));
    const writes = Array.from({ length: 30 }, (_, i) => cache.put(entryOf(i)));
    const reads = Array.from({ length: 30 }, async () => {
      await turn();
      return cache.get('k');
    });
    await Promise.all(writes);
    for (const result of await Promise.all(reads)) {
      assert.ok(result.hit);
      const i = Number(result.meta.attributes['i']);
      assert.deepEqual([...result.blobs.values()].map((bytes) => Buffer.from(bytes).toString()).sort(), [
        `a ${i}`,
        `b ${i}`,
      ]);
    }
  },
};
