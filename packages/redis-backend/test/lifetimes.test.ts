import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { noise } from '@cleanmiss/conformance';
import { keyHashOf } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis();
after(() => server.stop());

const hourMs = 3_600_000;
const ttlMs = 100 * hourMs;
const long = blob(noise(9 * 1024 * 1024));
const short = blob('short');
const key = keyHashOf('a key');

async function remainingMs(name: string): Promise<number> {
  return Number((await server.cli('PTTL', name)).trim());
}

/** Within the minute in which it was measured. */
function assertRemains(remaining: number, whole: number): void {
  assert.ok(remaining > whole - 60_000 && remaining <= whole, `${remaining} of ${whole} ms`);
}

describe('what is stored', () => {
  test('goes by itself, blobs a quarter later than metas that name them', async () => {
    const { store, keys, close } = openStore(server.url, { ttlMs });
    await store.blobs.putMany([long, short]);
    await store.metas.put(key, Buffer.from('meta'));
    for (const part of [0, 1, 2])
      assertRemains(await remainingMs(keys.part(long.ref.digest, part)), 1.25 * ttlMs);
    assertRemains(await remainingMs(keys.part(short.ref.digest, 0)), 1.25 * ttlMs);
    assertRemains(await remainingMs(keys.meta(key)), ttlMs);
    close();
  });

  test('is not renewed by being read', async () => {
    const { store, keys, close } = openStore(server.url, { ttlMs });
    await store.blobs.putMany([short]);
    await store.metas.put(key, Buffer.from('meta'));
    for (const name of [keys.part(short.ref.digest, 0), keys.meta(key)])
      await server.cli('PEXPIRE', name, String(hourMs));
    await store.blobs.getMany([short.ref]);
    await store.metas.getMany([key]);
    assertRemains(await remainingMs(keys.part(short.ref.digest, 0)), hourMs);
    assertRemains(await remainingMs(keys.meta(key)), hourMs);
    close();
  });

  test('is renewed in all its parts when a writer finds it present', async () => {
    const { store, keys, close } = openStore(server.url, { ttlMs });
    await store.blobs.putMany([long]);
    const parts = [0, 1, 2].map((part) => keys.part(long.ref.digest, part));
    for (const name of parts) await server.cli('PEXPIRE', name, String(hourMs));
    assert.deepEqual(await store.blobs.findMissing([long.ref]), []);
    for (const name of parts) assertRemains(await remainingMs(name), 1.25 * ttlMs);
    close();
  });

  test('is renewed by being put again', async () => {
    const { store, keys, close } = openStore(server.url, { ttlMs });
    await store.metas.put(key, Buffer.from('meta'));
    await server.cli('PEXPIRE', keys.meta(key), String(hourMs));
    await store.metas.put(key, Buffer.from('meta'));
    assertRemains(await remainingMs(keys.meta(key)), ttlMs);
    close();
  });
});
