import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';

const server = await startRedis();
const silent = await startProxy({ port: server.port }, { kind: 'silent' });
after(() => Promise.all([server.stop(), silent.stop()]));

const script = fileURLToPath(new URL('support/idle-process.js', import.meta.url));
const cases = [
  { name: 'with connections open and idle', url: server.url, what: 'idle' },
  { name: 'after a call was ended early', url: `redis://127.0.0.1:${silent.port}`, what: 'abort' },
  { name: 'after the store was closed under calls', url: `redis://127.0.0.1:${silent.port}`, what: 'close' },
  { name: 'after nobody listened', url: 'redis://127.0.0.1:1', what: 'refused' },
];

describe('a process', () => {
  for (const { name, url, what } of cases) {
    test(`ends by itself ${name}`, async () => {
      // Killed, and the test with it, if it does not.
      const { stdout } = await promisify(execFile)(process.execPath, [script, url, what], {
        timeout: 20_000,
      });
      assert.equal(stdout, 'done');
    });
  }
});
