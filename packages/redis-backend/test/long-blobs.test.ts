import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { VerifyingBlobStore } from '@cleanmiss/core';
import { noise } from '@cleanmiss/conformance';
import { startRedis } from '@cleanmiss/redis-fixture';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis();
after(() => server.stop());

const mebibyte = 1024 * 1024;
/** Two parts and three; the first shrinks, the other does not. */
const text = blob(Buffer.alloc(5 * mebibyte, 'a long story '));
const random = blob(noise(9 * mebibyte));

describe('a blob of several parts', () => {
  test('is missing where one of its parts is, and is stored again', async () => {
    const { store, keys, close } = openStore(server.url);
    await store.blobs.putMany([text, random]);
    await server.cli('UNLINK', keys.part(random.ref.digest, 2));
    const [whole, torn] = await store.blobs.getMany([text.ref, random.ref]);
    assert.ok(whole?.found && Buffer.compare(whole.bytes, text.bytes) === 0);
    assert.deepEqual(torn, { found: false, reason: 'blob-missing' });
    assert.deepEqual(await store.blobs.findMissing([text.ref, random.ref]), [random.ref]);
    await store.blobs.putMany([random]);
    const [again] = await store.blobs.getMany([random.ref]);
    assert.ok(again?.found && Buffer.compare(again.bytes, random.bytes) === 0);
    close();
  });

  for (const part of [0, 1, 2]) {
    test(`is corrupt, and out of the way until it is stored again, where part ${part} is damaged`, async () => {
      const { store, keys, values, close } = openStore(server.url);
      const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
      await verified.putMany([random]);
      await values.change(keys.part(random.ref.digest, part), (bytes) => {
        bytes[bytes.length - 1]! ^= 1;
        return bytes;
      });
      assert.deepEqual(await verified.getMany([random.ref]), [{ found: false, reason: 'blob-corrupt' }]);
      assert.deepEqual(await verified.findMissing([random.ref]), [random.ref]);
      await verified.putMany([random]);
      const [again] = await verified.getMany([random.ref]);
      assert.ok(again?.found);
      close();
    });
  }

  test('is corrupt where two of its parts were exchanged', async () => {
    const { store, keys, values, close } = openStore(server.url);
    const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
    await verified.putMany([random]);
    const [first, second] = [0, 1].map((part) => keys.part(random.ref.digest, part)) as [string, string];
    const bytes = await values.get(first);
    await values.set(first, await values.get(second));
    await values.set(second, bytes);
    assert.deepEqual(await verified.getMany([random.ref]), [{ found: false, reason: 'blob-corrupt' }]);
    close();
  });

  test('stays when it is good and somebody takes it for damaged', async () => {
    const { store, close } = openStore(server.url);
    await store.blobs.putMany([text]);
    await store.blobs.quarantineMany([text.ref]);
    assert.deepEqual(await store.blobs.findMissing([text.ref]), []);
    close();
  });

  test('leaves nothing behind when it is removed', async () => {
    const { store, keys, close } = openStore(server.url);
    await store.blobs.putMany([random]);
    const parts = [0, 1, 2].map((part) => keys.part(random.ref.digest, part));
    assert.equal((await server.cli('EXISTS', ...parts)).trim(), '3');
    await store.blobs.deleteMany([random.ref.digest]);
    assert.equal((await server.cli('EXISTS', ...parts)).trim(), '0');
    close();
  });

  test('is no reason to ask for a million parts, where a ref says that it is so long and it is not', async () => {
    const { store, close } = openStore(server.url);
    await store.blobs.putMany([text]);
    const liar = { ...text.ref, size: 4 * 1024 * 1024 * mebibyte };
    const before = store.traffic().sentBytes;
    const [result] = await store.blobs.getMany([liar]);
    assert.ok(result?.found && result.bytes.length !== liar.size, 'damaged');
    assert.ok(store.traffic().sentBytes - before < 10_000);
    await store.blobs.quarantineMany([liar]);
    const [good] = await store.blobs.getMany([text.ref]);
    assert.ok(good?.found, 'a good blob stays, whatever the ref says');
    close();
  });
});
