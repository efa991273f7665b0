import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { isOutage, keyHashOf, StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import { encodePart } from '../src/part.js';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis();
after(() => server.stop());

const text = blob('{"module": "example"}\n'.repeat(100));
// So that neither part is longer than what is waited for of the other.
const long = blob(Buffer.alloc(5 * 1024 * 1024, 'text'));

function cacheOver({ store }: ReturnType<typeof openStore>): StoredCache {
  const blobs = new VerifyingBlobStore(store.blobs, { by: 'digest' });
  return new StoredCache({ blobs, metas: store.metas, writer: 'test' });
}

describe('a value that lies about the blob that it is a part of', () => {
  for (const blobSize of [0, 1, 2 ** 31, 2 ** 48 - 1]) {
    test(`is corrupt, and removed, and no part is looked for that nobody stored: ${blobSize} bytes`, async () => {
      const opened = openStore(server.url);
      const { store, keys, values, close } = opened;
      const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
      await values.set(
        keys.part(text.ref.digest, 0),
        encodePart({ number: 0, blobSize, tag: 0 }, text.bytes),
      );
      assert.deepEqual(await verified.getMany([text.ref]), [{ found: false, reason: 'blob-corrupt' }]);
      assert.deepEqual(await verified.findMissing([text.ref]), [text.ref]);
      await values.set(
        keys.part(text.ref.digest, 0),
        encodePart({ number: 0, blobSize, tag: 0 }, text.bytes),
      );
      await store.blobs.deleteMany([text.ref.digest]);
      assert.deepEqual(await verified.findMissing([text.ref]), [text.ref]);
      close();
    });
  }

  test('is corrupt where it is another part of it', async () => {
    const { store, keys, values, close } = openStore(server.url);
    const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
    await verified.putMany([long]);
    await values.set(keys.part(long.ref.digest, 1), await values.get(keys.part(long.ref.digest, 0)));
    assert.deepEqual(await verified.getMany([long.ref]), [{ found: false, reason: 'blob-corrupt' }]);
    close();
  });
});

describe('a cache', () => {
  test('takes a key of a megabyte, and names that every object has', async () => {
    const opened = openStore(server.url);
    const cache = cacheOver(opened);
    for (const key of ['k'.repeat(1024 * 1024), { ['__proto__']: 1 }, 'constructor']) {
      await cache.put({ key, blobs: { ['__proto__']: text.bytes } });
      const found = await cache.get(key);
      assert.ok(found.hit && Buffer.compare(found.blobs.get('__proto__')!, text.bytes) === 0);
    }
    opened.close();
  });

  test('takes no meta that nobody would read, and breaks off where one comes', async () => {
    const opened = openStore(server.url);
    const cache = cacheOver(opened);
    const attributes = { a: 'x'.repeat(5 * 1024 * 1024) };
    await assert.rejects(cache.put({ key: 'k', blobs: {}, attributes }), { code: 'ERR_INVALID_OPTION' });
    assert.deepEqual(await cache.get('k'), { hit: false, reason: 'absent' });
    await server.cli('SETRANGE', opened.keys.meta(keyHashOf('k')), String(200 * 1024 * 1024), '}');
    const before = process.resourceUsage().maxRSS;
    await assert.rejects(cache.get('k'), isOutage);
    assert.ok(process.resourceUsage().maxRSS - before < 100 * 1024, 'in kilobytes');
    opened.close();
  });
});
