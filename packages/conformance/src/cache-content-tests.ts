import assert from 'node:assert/strict';
import { encodeIndex } from '@cleanmiss/core';
import type { CacheTests } from './cache-suite.js';
import { assertHit, expectHit, expectMiss, text, type Expected } from './expect-cache.js';
import { awkwardContents, bytesBlob, noise, textBlob } from './samples.js';

const entry: Expected = {
  key: { module: 'm' },
  blobs: { data: text('tree'), errors: text('none') },
  attributes: { mypy: '2.4', lines: [1, 2, { deep: null }] },
};

/** Exact bytes, or a miss. */
export const contentTests: CacheTests = {
  'misses what nobody has put: absent': async ({ cache }) => {
    await expectMiss(cache, 'nobody has put this', 'absent');
    assert.deepEqual(await cache.getMetas(['nor this']), [{ hit: false, reason: 'absent' }]);
  },

  'misses what was deleted, and hits it when it is put again': async ({ cache }) => {
    await cache.put(entry);
    await cache.put({ ...entry, key: 'other' });
    await cache.delete(entry.key);
    await cache.delete('never there');
    await expectMiss(cache, entry.key, 'absent');
    await expectHit(cache, { ...entry, key: 'other' });
    await cache.put(entry);
    await expectHit(cache, entry);
  },

  'hits with exactly what was put': async ({ cache }) => {
    await cache.put(entry);
    const { meta } = await expectHit(cache, entry);
    assert.equal(typeof meta.writer, 'string');
    assert.ok(Number.isFinite(meta.time));
  },

  'hits with exactly what was put, whatever the bytes': async ({ cache }) => {
    const awkward = { key: 'awkward', blobs: awkwardContents };
    await cache.put(awkward);
    await expectHit(cache, awkward);
  },

  'hits with exactly what was put, whatever the names': async ({ cache }) => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      '0',
      'a\0b',
      '../x',
      'Ω é',
      ' ',
      '"',
    ];
    const blobs = Object.fromEntries(names.map((name) => [name, text(`content of ${name}`)]));
    const attributes = JSON.parse('{"__proto__":{"a":1},"constructor":"c","":[]}') as Record<string, never>;
    await cache.put({ key: 'names', blobs, attributes });
    await expectHit(cache, { key: 'names', blobs, attributes });
  },

  'hits an entry without blobs': async ({ cache }) => {
    const bare = { key: 'bare', blobs: {}, attributes: { only: 'attributes' } };
    await cache.put(bare);
    await expectHit(cache, bare);
  },

  'hits with one content under several names and keys': async ({ cache }) => {
    const blobs = { one: text('same'), two: text('same'), three: new Uint8Array(0) };
    await cache.putMany([
      { key: 'k1', blobs },
      { key: 'k2', blobs },
    ]);
    await expectHit(cache, { key: 'k1', blobs });
    await cache.delete('k1');
    await expectHit(cache, { key: 'k2', blobs });
  },

  'shows the last entry of a key': async ({ cache }) => {
    await cache.put(entry);
    const last = { key: entry.key, blobs: { data: text('newer') } };
    await cache.put(last);
    await expectHit(cache, last);
  },

  'takes a reference to a blob that was stored before, and says which of them list others': async ({
    cache,
  }) => {
    const { ref, bytes } = textBlob('stored before');
    const page = bytesBlob(encodeIndex([{ refs: [ref], about: { path: 'a' } }]));
    await cache.blobs.putMany([{ ref, bytes }, page]);
    const index = { ...page.ref, index: true } as const;
    await cache.put({ key: 'refs', blobs: { plain: ref, index, fresh: text('x') } });
    const { meta } = await expectHit(cache, {
      key: 'refs',
      blobs: { plain: bytes, index: page.bytes, fresh: text('x') },
    });
    assert.deepEqual(meta.blobs.get('plain'), ref);
    assert.deepEqual(meta.blobs.get('index'), index);
  },

  'answers many keys in their order, as often as each is asked for': async ({ cache }) => {
    const entries = ['a', 'b', 'c'].map((key) => ({ key, blobs: { data: text(`of ${key}`) } }));
    await cache.putMany(entries);
    const results = await cache.getMany(['c', 'absent', 'a', 'a']);
    assert.equal(results.length, 4);
    assertHit(results[0], entries[2]!);
    assert.deepEqual(results[1], { hit: false, reason: 'absent' });
    assertHit(results[2], entries[0]!);
    assertHit(results[3], entries[0]!);
    const metas = await cache.getMetas(['b', 'absent']);
    assert.deepEqual(
      metas.map((result) => (result.hit ? result.meta.key : result.reason)),
      ['b', 'absent'],
    );
  },

  'does nothing with no entries and no keys': async ({ cache }) => {
    await cache.putMany([]);
    assert.deepEqual(await cache.getMany([]), []);
    assert.deepEqual(await cache.getMetas([]), []);
  },

  'keeps an entry as it was when the caller writes over its bytes': async ({ cache }) => {
    const bytes = noise(100);
    await cache.put({ key: 'mine', blobs: { data: bytes } });
    bytes.fill(0);
    const first = await expectHit(cache, { key: 'mine', blobs: { data: noise(100) } });
    first.blobs.get('data')!.fill(0);
    await expectHit(cache, { key: 'mine', blobs: { data: noise(100) } });
  },
};
