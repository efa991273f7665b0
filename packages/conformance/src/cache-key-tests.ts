import assert from 'node:assert/strict';
import { keyHashOf, type Key } from '@cleanmiss/core';
import type { CacheTests } from './cache-suite.js';
import { expectHit, expectMiss, text } from './expect-cache.js';

/** Pairwise different, and easily mixed up. */
const differentKeys: readonly Key[] = [
  ...[null, 'null', 0, '0', false, 'false', '', [], {}, [[]], [null], ['']],
  ...[
    'a',
    'A',
    'a ',
    ['a'],
    { a: null },
    { a: 'a' },
    { a: { a: 'a' } },
    ['a', 'b'],
    ['b', 'a'],
    ['a,b'],
    'a:b',
  ],
  ...[
    '\u00e9',
    'e\u0301',
    '\ud83d\ude00',
    '\ud83d',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    'C:\\x',
    'a\0b',
  ],
  ...[JSON.parse('{"__proto__":1}') as Key, { constructor: 1 }, 1, 1.5, -1, 1e21, '1e21'],
];

/** One key, one entry; no key, another's entry. */
export const keyTests: CacheTests = {
  'misses where the meta of another key stands: meta-corrupt': async ({ cache, taps }) => {
    await cache.put({ key: 'mine', blobs: { data: text('mine') } });
    let foreign: Uint8Array | undefined;
    taps.changeMeta(keyHashOf('mine'), (bytes) => (foreign = bytes));
    await cache.get('mine');
    await cache.put({ key: 'yours', blobs: { data: text('yours') } });
    taps.changeMeta(keyHashOf('yours'), () => foreign!);
    await expectMiss(cache, 'yours', 'meta-corrupt');
  },

  'keeps keys apart that look alike': async ({ cache }) => {
    const entries = differentKeys.map((key, i) => ({ key, blobs: { data: text(`entry ${i}`) } }));
    await cache.putMany(entries);
    for (const entry of entries) await expectHit(cache, entry);
  },

  'takes equal keys for one, whatever the order of their members': async ({ cache }) => {
    await cache.put({ key: { a: 1, b: { c: 2, d: 3 } }, blobs: { data: text('x') } });
    const result = await cache.get({ b: { d: 3, c: 2 }, a: 1 });
    assert.ok(result.hit);
    await cache.delete({ b: { d: 3, c: 2 }, a: 1 });
    await expectMiss(cache, { a: 1, b: { c: 2, d: 3 } }, 'absent');
  },

  'takes a key of a megabyte': async ({ cache }) => {
    const [long, longer] = ['k'.repeat(1_000_000), 'k'.repeat(1_000_001)];
    await cache.put({ key: long, blobs: { data: text('x') } });
    await expectHit(cache, { key: long, blobs: { data: text('x') } });
    await expectMiss(cache, longer, 'absent');
  },
};
