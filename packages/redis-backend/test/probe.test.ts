import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { keyHashOf } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import { blob, openStore } from './support/redis-stores.js';

const settings = { maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' };
const server = await startRedis({ settings });
after(() => server.stop());

describe('a probe', () => {
  test('says what a server is, has and allows, and leaves nothing behind', async () => {
    const { store, close } = openStore(server.url);
    const facts = await store.probe();
    assert.equal(facts.mode, 'standalone');
    assert.match(facts.version ?? '', /^\d+\.\d+/);
    assert.deepEqual([facts.maxmemoryBytes, facts.maxmemoryPolicy], [64 * 1024 * 1024, 'allkeys-lru']);
    assert.ok(facts.usedMemoryBytes! > 0);
    assert.ok(facts.roundTripMs > 0);
    assert.deepEqual([facts.canWrite, facts.why], [true, undefined]);
    assert.equal((await server.cli('DBSIZE')).trim(), '0');
    close();
  });

  test('tells how far the clocks are apart', async () => {
    const hourMs = 3_600_000;
    const clock = { now: () => Date.now() - hourMs };
    const { store, close } = openStore(server.url, { clock });
    const { clockSkewMs } = await store.probe();
    assert.ok(Math.abs(clockSkewMs! - hourMs) < 60_000, `${clockSkewMs} ms`);
    close();
  });
});

describe('a store', () => {
  test('connects with the first call, and for blobs with the first blob', async () => {
    const { store, close } = openStore(server.url);
    const connections = async () =>
      Number(/connected_clients:(\d+)/.exec(await server.cli('INFO', 'clients'))![1]);
    const before = await connections();
    assert.deepEqual(store.traffic(), { receivedBytes: 0, sentBytes: 0 });
    await store.metas.getMany([keyHashOf('a key')]);
    assert.equal(await connections(), before + 1);
    await store.blobs.putMany([blob('a blob')]);
    assert.equal(await connections(), before + 2);
    close();
  });

  test('counts the bytes that go over the wire', async () => {
    const { store, close } = openStore(server.url);
    const text = blob('0123456789abcdef'.repeat(10_000));
    await store.blobs.putMany([text]);
    const { sentBytes, receivedBytes } = store.traffic();
    assert.ok(sentBytes > 100 && sentBytes < 5000, `${sentBytes}: packed`);
    await store.blobs.getMany([text.ref]);
    assert.ok(store.traffic().receivedBytes > receivedBytes + 100);
    close();
    assert.ok(store.traffic().sentBytes >= sentBytes, 'also after the end');
  });
});
