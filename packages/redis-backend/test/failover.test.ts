import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { after, describe, test } from 'node:test';
import { isOutage, keyHashOf } from '@cleanmiss/core';
import type { RedisStore } from '@cleanmiss/redis-backend';
import { startRedis, startRedisCluster, startRedisSentinel } from '@cleanmiss/redis-fixture';
import { slotOf } from '../src/cluster-slot.js';
import { assertOutage } from './support/outages.js';
import { blob, openStore } from './support/redis-stores.js';

const [cluster, sentinel] = await Promise.all([
  startRedisCluster({ nodeTimeoutMs: 1000 }),
  startRedisSentinel(),
]);
after(() => Promise.all([cluster.stop(), sentinel.stop()]));

const blobs = Array.from({ length: 300 }, (_, i) => blob(`blob ${i}`));
const key = keyHashOf('a key');
const refs = blobs.map(({ ref }) => ref);

describe('a key that', () => {
  test('moves to another primary is followed, and found where it has moved to', async () => {
    const { store, keys, close } = openStore(cluster.url);
    await store.metas.put(key, Buffer.from('stays here'));
    const name = keys.meta(key);
    const slot = String(slotOf(name));
    const ports = await cluster.primaryPorts();
    const primaries = cluster.nodes.filter(({ port }) => ports.includes(port));
    const answers = await Promise.all(primaries.map((node) => node.cli('GET', name)));
    const source = primaries[answers.findIndex((answer) => answer.startsWith('stays'))]!;
    const target = primaries.find((node) => node !== source)!;
    const [from, to] = await Promise.all([source, target].map((node) => node.cli('CLUSTER', 'MYID')));
    await store.metas.delete(key);

    await target.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from!.trim());
    await source.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to!.trim());
    // The source has no such key any more, and sends us on: ASK.
    await store.metas.put(key, Buffer.from('went there'));
    assert.equal(String(Buffer.from((await store.metas.getMany([key]))[0]!)), 'went there');

    for (const node of [target, source]) await node.cli('CLUSTER', 'SETSLOT', slot, 'NODE', to!.trim());
    // Now the target has it for good: MOVED, to a client that knows the old table.
    assert.equal(String(Buffer.from((await store.metas.getMany([key]))[0]!)), 'went there');
    assert.match(await source.cli('GET', name), /MOVED/);
    close();
  });
});

describe('a server that went away', () => {
  test('is found again by the first call after it came back', async () => {
    const first = await startRedis();
    const { store, close } = openStore(first.url);
    await store.blobs.putMany(blobs);
    await first.kill();
    await assertOutage(store.blobs.getMany(refs), /closed the connection|nobody listens/);
    const second = await startRedis({ port: first.port });
    assert.deepEqual(await store.blobs.findMissing(refs), refs);
    await store.blobs.putMany(blobs);
    assert.ok((await store.blobs.getMany(refs)).every((result) => result.found));
    close();
    await Promise.all([first.stop(), second.stop()]);
  });

  test('is an outage as long as the cluster has no successor, and then no more', async () => {
    const { store, close } = openStore(cluster.url);
    await store.metas.put(keyHashOf('before'), Buffer.from('meta'));
    await store.blobs.putMany(blobs);
    const [port] = await cluster.primaryPorts();
    await cluster.nodes.find((node) => node.port === port)!.kill();
    await putAsSoonAsItGoes(store);
    assert.ok((await store.blobs.getMany(refs)).every((result) => result.found));
    close();
  });

  test('is an outage as long as the sentinels have no successor, and then no more', async () => {
    const { store, close } = openStore(sentinel.url);
    await store.blobs.putMany(blobs);
    await sentinel.primary.kill();
    await putAsSoonAsItGoes(store);
    assert.ok((await store.blobs.getMany(refs)).every((result) => result.found));
    close();
  });
});

/** Whoever asks too early is told of an outage, and of nothing else. */
async function putAsSoonAsItGoes(store: RedisStore): Promise<void> {
  for (;;) {
    try {
      await store.blobs.putMany(blobs);
      return;
    } catch (error) {
      assert.ok(isOutage(error), String(error));
      await setTimeout(20);
    }
  }
}
