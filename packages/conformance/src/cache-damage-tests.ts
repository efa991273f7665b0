import assert from 'node:assert/strict';
import { isJsonObject, keyHashOf, parseJson, type Cache, type Digest } from '@cleanmiss/core';
import type { CacheTests, TappedCache } from './cache-suite.js';
import { damages } from './damage.js';
import { expectHit, expectMiss, text } from './expect-cache.js';
import { noise } from './samples.js';

const entry = { key: ['damaged', 'entry'], blobs: { good: text('good'), bad: noise(5000) } };
const other = { key: 'other', blobs: { data: text('never damaged') } };

/** What stands in the store and is not what was put is a miss, and says what kind. */
export const damageTests: CacheTests = {
  'misses an entry of which one blob is gone: blob-missing': async ({ cache }) => {
    await cache.putMany([entry, other]);
    await cache.blobs.deleteMany([await digestOfBad(cache)]);
    await expectMiss(cache, entry.key, 'blob-missing');
    await expectHit(cache, other);
    await cache.put(entry);
    await expectHit(cache, entry);
  },

  ...Object.fromEntries(
    Object.entries(damages).map(([name, change]) => [
      `misses an entry of which one blob is damaged until it is put again: blob-corrupt, ${name}`,
      async ({ cache, taps }: TappedCache) => {
        await cache.putMany([entry, other]);
        const bad = await digestOfBad(cache);
        taps.changeBlob(bad, (result) =>
          result.found ? { found: true, bytes: change(result.bytes) } : result,
        );
        const [first, second] = await cache.getMany([entry.key, other.key]);
        assert.deepEqual(first, { hit: false, reason: 'blob-corrupt' });
        assert.ok(second?.hit);
        await expectMiss(cache, entry.key, 'blob-missing');
        await cache.put(entry);
        await expectHit(cache, entry);
      },
    ]),
  ),

  'hands out no damaged blob through its blobs either': async ({ cache, taps }) => {
    await cache.put(entry);
    const meta = await metaOf(cache);
    const bad = meta.blobs.get('bad')!;
    taps.changeBlob(bad.digest, () => ({ found: true, bytes: text('something else') }));
    assert.deepEqual(await cache.blobs.getMany([bad]), [{ found: false, reason: 'blob-corrupt' }]);
  },

  'misses an entry of which one blob cannot be read now: unavailable': async ({ cache, taps }) => {
    await cache.put(entry);
    taps.changeBlob(await digestOfBad(cache), () => ({ found: false, reason: 'unavailable' }));
    await expectMiss(cache, entry.key, 'unavailable');
  },

  'misses what is no meta: meta-corrupt': async ({ cache, taps }) => {
    await cache.put(entry);
    for (const junk of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '7',
      '{}',
      '{"format":1}',
      '\0\0\0',
      '{"format":"1"}',
    ]) {
      taps.changeMeta(keyHashOf(entry.key), () => text(junk));
      await expectMiss(cache, entry.key, 'meta-corrupt');
      assert.deepEqual(await cache.getMetas([entry.key]), [{ hit: false, reason: 'meta-corrupt' }], junk);
    }
    await cache.put(entry);
    await expectHit(cache, entry);
  },

  'misses a meta that was cut short anywhere: meta-corrupt': async ({ cache, taps }) => {
    await cache.put(entry);
    let length = 0;
    taps.changeMeta(keyHashOf(entry.key), (bytes) => {
      length = bytes.length;
      return bytes;
    });
    await expectHit(cache, entry);
    for (let end = 0; end < length; end++) {
      taps.changeMeta(keyHashOf(entry.key), (bytes) => bytes.slice(0, end));
      await expectMiss(cache, entry.key, 'meta-corrupt');
    }
  },

  'misses a meta with one bit flipped, or reads the same from it: never something else': async ({
    cache,
    taps,
  }) => {
    await cache.put(entry);
    const before = await metaOf(cache);
    let length = 1;
    for (let position = 0; position < length; position++) {
      taps.changeMeta(keyHashOf(entry.key), (bytes) => {
        length = bytes.length;
        return bytes.map((byte, i) => (i === position ? byte ^ (1 << (position % 8)) : byte));
      });
      const [result] = await cache.getMetas([entry.key]);
      if (result?.hit) assert.deepEqual(result.meta, before);
      else assert.ok(result && ['meta-corrupt', 'unknown-format'].includes(result.reason));
    }
    assert.ok(length > 100, 'the meta came through the taps');
  },

  'misses a meta of a format that it does not know: unknown-format': async ({ cache, taps }) => {
    await cache.put(entry);
    for (const change of [{ format: 2 }, { format: 999, blobs: 'told otherwise' }]) {
      taps.changeMeta(keyHashOf(entry.key), (bytes) => {
        const document = parseJson(Buffer.from(bytes).toString('utf8'));
        assert.ok(isJsonObject(document));
        return text(JSON.stringify({ ...document, ...change }));
      });
      await expectMiss(cache, entry.key, 'unknown-format');
    }
    await cache.put(entry);
    await expectHit(cache, entry);
  },
};

async function metaOf(cache: Cache) {
  const [result] = await cache.getMetas([entry.key]);
  assert.ok(result?.hit);
  return result.meta;
}

async function digestOfBad(cache: Cache): Promise<Digest> {
  return (await metaOf(cache)).blobs.get('bad')!.digest;
}
