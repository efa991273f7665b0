import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startProxy, startRedis, type RedisServer } from '@cleanmiss/redis-fixture';
import { freePort } from '../src/free-port.js';
import { untilNothingIsMissing } from '../src/until.js';
import { RawClient } from './support/raw-client.js';

const PONG = '+PONG\r\n';
const OK = '+OK\r\n';
const VALUE = 'v'.repeat(1000);
const VALUE_REPLY = `$1000\r\n${VALUE}\r\n`;

let redis: RedisServer;
before(async () => {
  redis = await startRedis();
  await redis.cli('SET', 'key', VALUE);
});
after(() => redis.stop());

test('nothing behind it: a behaviour that hands on is refused by name', async () => {
  await assert.rejects(startProxy(undefined, { kind: 'slow', bytesPerSecond: 1 }), /slow/);
  await using proxy = await startProxy(undefined);
  assert.throws(() => {
    proxy.behave({ kind: 'pass' });
  }, /pass/);
});

test('a target that is not there resets the client', async () => {
  await using proxy = await startProxy({ port: await freePort() });
  using client = await RawClient.connect(proxy);
  client.send(['PING']);
  assert.equal(await client.closed, 'ECONNRESET');
});

test('pass: both sides hear each other, and everything is counted', async () => {
  await using proxy = await startProxy(redis);
  using client = await RawClient.connect(proxy);
  using idle = await RawClient.connect(proxy);
  assert.equal(await client.ask(['GET', 'key'], VALUE_REPLY), VALUE_REPLY);
  assert.equal(idle.received, '');
  assert.equal(proxy.connections, 2);
  assert.equal(proxy.bytesFromClient, '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n'.length);
  assert.equal(proxy.bytesToClient, VALUE_REPLY.length);
});

test('silent: an open connection and a new one are read and not answered', async () => {
  await using proxy = await startProxy(redis);
  using open = await RawClient.connect(proxy);
  assert.equal(await open.ask(['PING'], PONG), PONG);
  proxy.behave({ kind: 'silent' });
  using later = await RawClient.connect(proxy);
  const alreadyRead = proxy.bytesFromClient;
  for (const client of [open, later]) client.send(['SET', 'silent', '1']);
  await untilNothingIsMissing('both requests should be read', async () => {
    const read = proxy.bytesFromClient - alreadyRead;
    return read === 2 * '*3\r\n$3\r\nSET\r\n$6\r\nsilent\r\n$1\r\n1\r\n'.length ? undefined : `${read} bytes`;
  });
  // Longer than an answer would take.
  assert.equal(await redis.cli('EXISTS', 'silent'), '0');
  assert.equal(open.received, PONG);
  assert.equal(later.received, '');
});

test('slow: everything arrives, and not at once', async () => {
  await using proxy = await startProxy(redis, { kind: 'slow', bytesPerSecond: 2000 });
  using client = await RawClient.connect(proxy);
  client.send(['GET', 'key']);
  await client.waitForBytes(1);
  const atFirst = client.received.length;
  assert.ok(atFirst < VALUE_REPLY.length, `${atFirst} bytes at once`);
  assert.equal(await client.waitForBytes(VALUE_REPLY.length), VALUE_REPLY);
});

test('slow, then pass: what waits is handed on, and nothing is lost', async () => {
  await using proxy = await startProxy(redis, { kind: 'slow', bytesPerSecond: 1000 });
  using client = await RawClient.connect(proxy);
  client.send(['GET', 'key']);
  await client.waitForBytes(1);
  proxy.behave({ kind: 'pass' });
  assert.equal(await client.waitForBytes(VALUE_REPLY.length), VALUE_REPLY);
});

test('reset-after: an open connection gets exactly these bytes and then a reset', async () => {
  await using proxy = await startProxy(redis);
  using client = await RawClient.connect(proxy);
  assert.equal(await client.ask(['PING'], PONG), PONG);
  proxy.behave({ kind: 'reset-after', replyBytes: 100 });
  client.send(['GET', 'key']);
  assert.equal(await client.closed, 'ECONNRESET');
  assert.equal(client.received, PONG + VALUE_REPLY.slice(0, 100));
});

test('reset-after: replies that add up to less are handed on', async () => {
  await using proxy = await startProxy(redis, { kind: 'reset-after', replyBytes: 20 });
  using client = await RawClient.connect(proxy);
  assert.equal(await client.ask(['PING'], PONG), PONG);
  assert.equal(await client.ask(['PING'], PONG + PONG), PONG + PONG);
  client.send(['PING']);
  assert.equal(await client.closed, 'ECONNRESET');
  assert.equal(client.received.length, 20);
});

test('reply: each request is answered with this text, and the target hears nothing', async () => {
  await using proxy = await startProxy(redis, { kind: 'reply', text: '-ERR no\r\n' });
  using client = await RawClient.connect(proxy);
  assert.equal(await client.ask(['SET', 'reply', '1'], '-ERR no\r\n'), '-ERR no\r\n');
  assert.equal(await client.ask(['PING'], '-ERR no\r\n-ERR no\r\n'), '-ERR no\r\n-ERR no\r\n');
  assert.equal(await redis.cli('EXISTS', 'reply'), '0');
});

test('announce: what a client sends with its first read is answered before the announcement', async () => {
  await using proxy = await startProxy(redis, { kind: 'announce', bytes: 2 ** 31 });
  using client = await RawClient.connect(proxy);
  client.send(['SET', 'announce', '1'], ['PING'], ['GET', 'key'], ['PING']);
  const expected = `${OK}${PONG}$2147483648\r\nxxxx`;
  assert.equal(await client.waitForBytes(expected.length), expected);
  // It does not stop at what was in its buffers.
  await client.waitForBytes(10_000_000);
  assert.equal(await redis.cli('GET', 'announce'), '1');
});

test('announce: without a target, and to the end', async () => {
  await using proxy = await startProxy(undefined, { kind: 'announce', bytes: 300_000 });
  using client = await RawClient.connect(proxy);
  const hello = `%0\r\n${OK}${PONG}`;
  client.send(['HELLO', '3'], ['CLIENT', 'SETINFO', 'LIB-NAME', 'x'], ['PING']);
  assert.equal(await client.waitForBytes(hello.length), hello);
  client.send(['MGET', 'a', 'b']);
  const expected = `${hello}*2\r\n$300000\r\n${'x'.repeat(300_000)}\r\n$-1\r\n`;
  assert.equal(await client.waitForBytes(expected.length), expected);
  assert.equal(proxy.bytesToClient, expected.length);
});

test('a stopped proxy ends its connections and refuses new ones', async () => {
  const proxy = await startProxy(redis);
  using client = await RawClient.connect(proxy);
  assert.equal(await client.ask(['PING'], PONG), PONG);
  await proxy.stop();
  assert.equal(await client.closed, 'end');
  await assert.rejects(RawClient.connect(proxy), { code: 'ECONNREFUSED' });
});
