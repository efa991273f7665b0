import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { startRedis } from '@cleanmiss/redis-fixture';
import { freePort } from '../src/free-port.js';
import { startServer } from '../src/start-server.js';
import { settingsForTests } from '../src/redis-settings.js';
import { untilNothingIsMissing } from '../src/until.js';
import { RawClient } from './support/raw-client.js';
import { remainsOf, tracesOf, type Traces } from './support/traces.js';

const PONG = '+PONG\r\n';

test('a setting that Redis does not know fails with its words, and leaves nothing', async () => {
  await assert.rejects(startRedis({ settings: { 'no-such-setting': '1' } }), /no-such-setting/);
});

test('a port that somebody else was quicker to take is replaced by another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port: taken } = other.address() as AddressInfo;
  const choices = [taken];
  await using server = await startServer({
    choosePort: async () => choices.shift() ?? (await freePort()),
    plan: (directory, port) => ({ settings: { ...settingsForTests(directory), port: String(port) } }),
  });
  assert.notEqual(server.port, taken);
  assert.equal(await server.cli('PING'), 'PONG');
  other.close();
});

test('a paused server accepts and does not answer until it is resumed', async () => {
  await using paused = await startRedis();
  await using other = await startRedis();
  using before = await RawClient.connect(paused);
  assert.equal(await before.ask(['PING'], PONG), PONG);
  paused.pause();
  assert.equal(paused.isRunning, false);
  using later = await RawClient.connect(paused);
  for (const client of [before, later]) client.send(['PING']);
  // Far longer than an answer takes, in answers of another server.
  for (let round = 0; round < 20; round += 1) assert.equal(await other.cli('PING'), 'PONG');
  assert.equal(before.received, PONG);
  assert.equal(later.received, '');
  paused.resume();
  assert.equal(await before.waitForBytes(2 * PONG.length), PONG + PONG);
  assert.equal(await later.waitForBytes(PONG.length), PONG);
});

test('a killed server refuses, and another can take its port', async () => {
  await using killed = await startRedis();
  await killed.kill();
  await assert.rejects(killed.cli('PING'), /Could not connect/);
  await using next = await startRedis({ port: killed.port });
  assert.equal(await next.cli('PING'), 'PONG');
});

test('a stopped server leaves nothing, even when it was paused', async () => {
  const server = await startRedis();
  const traces = await tracesOf(server);
  assert.equal((await remainsOf(traces)).length, 2);
  server.pause();
  await server.stop();
  assert.deepEqual(await remainsOf(traces), []);
  assert.throws(() => process.kill(server.pid, 0), { code: 'ESRCH' });
});

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
  test(`a test process that is ended by ${signal} leaves no server`, async () => {
    const child = startServerInChild();
    const traces = await firstLine(child.stdout);
    assert.equal((await remainsOf(traces)).length, 2);
    child.kill(signal);
    await assertNothingRemains(traces);
  });
}

test('a test process that forgets its server ends all the same, and the server with it', async () => {
  const child = startServerInChild('');
  const exit = once(child, 'exit');
  const traces = await firstLine(child.stdout);
  assert.deepEqual(await exit, [0, null]);
  await assertNothingRemains(traces);
});

test('settings, users and a socket are as asked for', async () => {
  await using server = await startRedis({
    settings: { maxmemory: '5mb', 'maxmemory-policy': 'allkeys-lru' },
    acl: ['user default off', 'user reader on >secret ~* +get +config|get'],
    unixSocket: true,
  });
  const login = ['--user', 'reader', '--pass', 'secret', '--no-auth-warning'];
  assert.match(await server.cli('GET', 'x'), /^NOAUTH/);
  assert.match(await server.cli(...login, 'SET', 'x', '1'), /^NOPERM/);
  assert.equal(await server.cli(...login, 'CONFIG', 'GET', 'maxmemory'), 'maxmemory\n5242880');
  assert.match(await server.cli('-s', server.socketPath ?? '', 'GET', 'x'), /^NOAUTH/);
});

test('a TLS server proves to be 127.0.0.1 and localhost, to whoever trusts its authority only', async () => {
  await using server = await startRedis({ tls: true });
  const { port, caPath = '' } = server;
  await assert.rejects(greet({ port }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await greet({ port, ca: readFileSync(caPath) });
  await greet({ port, ca: readFileSync(caPath), servername: 'localhost' });
  assert.equal(server.url, `rediss://127.0.0.1:${port}`);
  assert.equal(await server.cli('PING'), 'PONG');
});

async function greet(options: ConnectionOptions): Promise<void> {
  const socket = connectTls({ host: '127.0.0.1', ...options });
  await once(socket, 'secureConnect');
  socket.destroy();
}

/** In a process of its own that starts a server, writes its traces in one line, and then does `afterwards`. */
function startServerInChild(afterwards = 'setInterval(() => {}, 1000);'): Child {
  const script = `
    import { startRedis } from '${import.meta.resolve('@cleanmiss/redis-fixture')}';
    const server = await startRedis();
    const [, directory] = (await server.cli('CONFIG', 'GET', 'dir')).split('\\n');
    console.log(JSON.stringify({ port: server.port, directory }));
    ${afterwards}`;
  const args = ['--input-type=module', '-e', script];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

type Child = ChildProcessByStdio<null, Readable, null>;

async function firstLine(stdout: Readable): Promise<Traces> {
  const [text] = (await once(stdout.setEncoding('utf8'), 'data')) as [string];
  return JSON.parse(text) as Traces;
}

function assertNothingRemains(traces: Traces): Promise<void> {
  return untilNothingIsMissing('the server should be gone', async () => {
    const remains = await remainsOf(traces);
    return remains.length === 0 ? undefined : `there is still ${remains.join(', ')}`;
  });
}
