import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { noise } from '@cleanmiss/conformance';
import { keyHashOf } from '@cleanmiss/core';
import type { RedisStore } from '@cleanmiss/redis-backend';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import { assertOutage } from './support/outages.js';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis();
after(() => server.stop());

const key = keyHashOf('a key');
const random = blob(noise(2 * 1024 * 1024));
const reason = new Error('the caller has had enough');

describe('a server that', () => {
  test('announces 2 GB, and sends them, is cut off before they fill our memory', async () => {
    const proxy = await startProxy({ port: server.port }, { kind: 'announce', bytes: 2 * 1024 ** 3 });
    const { store, close } = openStore(`redis://127.0.0.1:${proxy.port}`);
    const before = process.memoryUsage().rss;
    await assertOutage(store.metas.getMany([key]), /sends more than it was asked for/);
    await assertOutage(store.blobs.getMany([blob('small').ref]), /sends more than it was asked for/);
    assert.ok(process.memoryUsage().rss - before < 300 * 1024 ** 2);
    assert.ok(store.traffic().receivedBytes < 300 * 1024 ** 2);
    close();
    await proxy.stop();
  });

  test('speaks another protocol is an outage at once', async () => {
    const proxy = await startProxy(
      { port: server.port },
      { kind: 'reply', text: 'HTTP/1.1 400 Bad Request\r\n' },
    );
    const { store, close } = openStore(`redis://127.0.0.1:${proxy.port}`);
    await assertOutage(store.metas.getMany([key]), /./);
    close();
    await proxy.stop();
  });

  test('ends the connection in the middle of a reply is an outage, and the next call is answered', async () => {
    const { store, namespace, close } = openStore(server.url);
    await store.blobs.putMany([random]);
    const proxy = await startProxy({ port: server.port }, { kind: 'reset-after', replyBytes: 100_000 });
    const cut = openStore(`redis://127.0.0.1:${proxy.port}`, { namespace });
    await assertOutage(cut.store.blobs.getMany([random.ref]), /closed the connection/);
    proxy.behave({ kind: 'pass' });
    const [result] = await cut.store.blobs.getMany([random.ref]);
    assert.ok(result?.found && Buffer.compare(result.bytes, random.bytes) === 0);
    cut.close();
    close();
    await proxy.stop();
  });

  test('accepts and says nothing keeps nobody for longer than the signal, whatever is called', async () => {
    const proxy = await startProxy({ port: server.port }, { kind: 'silent' });
    const { store, close } = openStore(`redis://127.0.0.1:${proxy.port}`);
    const calls = [
      (signal: AbortSignal) => store.blobs.getMany([random.ref], { signal }),
      (signal: AbortSignal) => store.blobs.putMany([random], { signal }),
      (signal: AbortSignal) => store.blobs.findMissing([random.ref], { signal }),
      (signal: AbortSignal) => store.blobs.deleteMany([random.ref.digest], { signal }),
      (signal: AbortSignal) => store.blobs.quarantineMany([random.ref], { signal }),
      (signal: AbortSignal) => store.metas.getMany([key], { signal }),
      (signal: AbortSignal) => store.metas.put(key, random.bytes, { signal }),
      (signal: AbortSignal) => store.metas.delete(key, { signal }),
      (signal: AbortSignal) => store.probe({ signal }),
      (signal: AbortSignal) => listAll(store, signal),
    ];
    for (const call of calls) {
      const controller = new AbortController();
      const pending = call(controller.signal);
      setTimeout(() => controller.abort(reason), 20);
      await assert.rejects(pending, reason);
    }
    close();
    await proxy.stop();
  });

  test('does not even greet costs the time to connect, and no more', async () => {
    const proxy = await startProxy({ port: server.port }, { kind: 'silent' });
    for (const url of [
      `redis://:password@127.0.0.1:${proxy.port}`,
      `rediss://127.0.0.1:${proxy.port}`,
      `redis+cluster://127.0.0.1:${proxy.port}`,
      `redis+sentinel://127.0.0.1:${proxy.port}/primary`,
    ]) {
      const { store, close } = openStore(url, { connectTimeoutMs: 50 });
      await assertOutage(store.metas.getMany([key]), /no connection after 50 ms/);
      close();
    }
    await proxy.stop();
  });
});

describe('a call that is ended early', () => {
  test('is an outage to those that share its connection, and nothing to the next one', async () => {
    const proxy = await startProxy({ port: server.port }, { kind: 'pass' });
    const { store, close } = openStore(`redis://127.0.0.1:${proxy.port}`);
    await store.metas.put(key, Buffer.from('meta'));
    proxy.behave({ kind: 'silent' });
    const controller = new AbortController();
    const ended = assert.rejects(store.metas.getMany([key], { signal: controller.signal }), reason);
    const sharing = assertOutage(
      store.metas.getMany([key]),
      /another call on the same connection was ended early/,
    );
    setTimeout(() => controller.abort(reason), 20);
    await Promise.all([ended, sharing]);
    proxy.behave({ kind: 'pass' });
    assert.equal(String(Buffer.from((await store.metas.getMany([key]))[0]!)), 'meta');
    close();
    await proxy.stop();
  });

  test('before anything was sent disturbs nobody', async () => {
    const { store, close } = openStore(server.url);
    const controller = new AbortController();
    const ended = assert.rejects(store.metas.getMany([key], { signal: controller.signal }), reason);
    const other = store.metas.getMany([key]);
    controller.abort(reason);
    await ended;
    assert.deepEqual(await other, [undefined]);
    close();
  });
});

describe('a store that was closed', () => {
  test('rejects what is waiting, and everything after it', async () => {
    const proxy = await startProxy({ port: server.port }, { kind: 'silent' });
    const { store, close } = openStore(`redis://127.0.0.1:${proxy.port}`);
    const waiting = assertOutage(store.blobs.getMany([random.ref]), /was closed/);
    setImmediate(close);
    await waiting;
    await assertOutage(store.metas.getMany([key]), /was closed/);
    await proxy.stop();
  });
});

async function listAll(store: RedisStore, signal: AbortSignal): Promise<void> {
  for await (const listed of store.metas.list({ signal })) assert.fail(`nothing is there, and not ${listed}`);
}
