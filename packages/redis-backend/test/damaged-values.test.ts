import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { damages, noise } from '@cleanmiss/conformance';
import { keyHashOf, VerifyingBlobStore } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import { parseRedisUrl } from '@cleanmiss/redis-backend';
import { openWire } from '../src/open-wire.js';
import { encodePart } from '../src/part.js';
import { RedisConnection } from '../src/redis-connection.js';
import { quarantineBlob } from '../src/redis-quarantine.js';
import type { RedisWire } from '../src/redis-wire.js';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis();
after(() => server.stop());

const text = blob('{"module": "example", "hash": "0123"}\n'.repeat(500));
const other = blob('{"module": "another"}\n'.repeat(500));
const long = blob(noise(5 * 1024 * 1024));
const corrupt = { found: false, reason: 'blob-corrupt' };

/** Trailing bytes after a compressed stream are the one damage that leaves the content as it was. */
const harmful = Object.entries(damages).filter(([name]) => name !== 'lengthened');

describe('a damaged value', () => {
  for (const [name, change] of harmful) {
    test(`is corrupt once, then missing, then repaired: ${name}`, async () => {
      const { store, damage, close } = openStore(server.url);
      const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
      await verified.putMany([text, other]);
      await damage(text.ref.digest, change);
      const results = await verified.getMany([text.ref, other.ref]);
      assert.deepEqual(results[0], corrupt);
      assert.ok(results[1]?.found);
      assert.deepEqual(await verified.findMissing([text.ref]), [text.ref]);
      await verified.putMany([text]);
      assert.ok((await verified.getMany([text.ref]))[0]?.found);
      close();
    });
  }

  test('is corrupt where it is that of another blob', async () => {
    const { store, keys, values, close } = openStore(server.url);
    const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
    await verified.putMany([text, other]);
    await values.set(keys.part(text.ref.digest, 0), await values.get(keys.part(other.ref.digest, 0)));
    assert.deepEqual((await verified.getMany([text.ref]))[0], corrupt);
    close();
  });

  test('is corrupt where it is no string at all, and is replaced', async () => {
    const { store, keys, close } = openStore(server.url);
    const verified = new VerifyingBlobStore(store.blobs, { by: 'digest' });
    const name = keys.part(text.ref.digest, 0);
    await server.cli('RPUSH', name, 'a', 'list');
    assert.deepEqual((await verified.getMany([text.ref]))[0], corrupt);
    assert.equal((await server.cli('EXISTS', name)).trim(), '0', 'quarantined');
    await server.cli('RPUSH', name, 'a', 'list');
    await verified.deleteMany([text.ref.digest]);
    assert.deepEqual(await verified.findMissing([text.ref]), [text.ref]);
    await server.cli('RPUSH', name, 'a', 'list');
    await verified.putMany([text]);
    assert.ok((await verified.getMany([text.ref]))[0]?.found);
    close();
  });

  test('of a later version is missing to us, and left to those who can read it', async () => {
    const { store, keys, values, close } = openStore(server.url);
    const name = keys.part(text.ref.digest, 0);
    const later = encodePart({ number: 0, blobSize: text.ref.size, tag: 0 }, text.bytes);
    later.set([9, 1, 0xff - 9, 0xff - 1]);
    await values.set(name, later);
    assert.deepEqual(await store.blobs.getMany([text.ref]), [{ found: false, reason: 'blob-missing' }]);
    await store.blobs.quarantineMany([text.ref]);
    assert.ok(Buffer.compare(await values.get(name), later) === 0);
    close();
  });

  for (const [name, content, part] of [
    ['of one part', text, 0],
    ['of two parts, of which the second is damaged', long, 1],
  ] as const) {
    test(`that is repaired between our look and the removal is not removed: ${name}`, async () => {
      const { store, keys, values, close } = openStore(server.url);
      await store.blobs.putMany([content]);
      await values.change(keys.part(content.ref.digest, part), damages['last byte changed']);
      const bulk = repairingBeforeRemoval(server.url, () => store.blobs.putMany([content]));
      await quarantineBlob({ bulk, keys }, content.ref.digest);
      bulk.close();
      const [good] = await store.blobs.getMany([content.ref]);
      assert.ok(good?.found && Buffer.compare(good.bytes, content.bytes) === 0);
      close();
    });
  }

  test('under the key of a meta is for the cache above to judge', async () => {
    const { store, keys, close } = openStore(server.url);
    const key = keyHashOf('a key');
    await server.cli('RPUSH', keys.meta(key), 'a', 'list');
    assert.deepEqual(await store.metas.getMany([key]), [new Uint8Array(0)]);
    await store.metas.put(key, Buffer.from('meta'));
    assert.equal(String((await store.metas.getMany([key]))[0] && 'there'), 'there');
    close();
  });
});

/** Another process, which is done with its repair when the script that removes arrives. */
function repairingBeforeRemoval(url: string, repair: () => Promise<void>): RedisConnection {
  return new RedisConnection({
    name: 'the test',
    connectTimeoutMs: 10_000,
    open: async (session) => {
      const wire = await openWire({ ...session, target: parseRedisUrl(url), tls: undefined });
      return {
        primaries: wire.primaries,
        sendTo: (primary, command) => wire.sendTo(primary, command),
        send: async (key, command) => {
          if (command[0] === 'EVAL') await repair();
          return wire.send(key, command);
        },
      } satisfies RedisWire;
    },
  });
}
