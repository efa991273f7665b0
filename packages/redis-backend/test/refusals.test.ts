import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { noise } from '@cleanmiss/conformance';
import { keyHashOf } from '@cleanmiss/core';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import { assertOutage } from './support/outages.js';
import { blob, openStore } from './support/redis-stores.js';

const secret = 'hunter2-hunter2';
const acl = [
  `user default off`,
  `user writer on >${secret} ~cleanmiss:* +get +set +pexpire +unlink +getrange +eval +scan +ping +info +time`,
  `user reader on >${secret} ~cleanmiss:* +get +getrange`,
];
const server = await startRedis({ acl });
const full = await startRedis({ settings: { maxmemory: '3mb', 'maxmemory-policy': 'noeviction' } });
const secure = await startRedis({ tls: true });
after(() => Promise.all([server.stop(), full.stop(), secure.stop()]));

const key = keyHashOf('a key');
const small = blob('small');

function urlFor(user: string, password = secret): string {
  return `redis://${user}:${password}@127.0.0.1:${server.port}`;
}

describe('a server that refuses us', () => {
  test('is an outage without user and password', async () => {
    const { store, close } = openStore(server.url);
    await assertOutage(store.metas.getMany([key]), /wants a user and a password/);
    close();
  });

  test('is an outage with a wrong password, which is not told', async () => {
    const { store, close } = openStore(urlFor('writer', `${secret}!`));
    await assertOutage(store.blobs.putMany([small]), /does not know this user and password/, secret);
    close();
  });

  test('is an outage where it quotes the password, which is not told', async () => {
    const quoting = `-ERR unknown command 'AUTH', with args beginning with: 'writer' '${secret}'\r\n`;
    const proxy = await startProxy({ port: server.port }, { kind: 'reply', text: quoting });
    const { store, close } = openStore(`redis://writer:${secret}@127.0.0.1:${proxy.port}`);
    await assertOutage(store.metas.getMany([key]), /unknown command/, secret);
    close();
    await proxy.stop();
  });

  test('is an outage to those who may read and want to write', async () => {
    const { store, close } = openStore(urlFor('reader'));
    assert.deepEqual(await store.metas.getMany([key]), [undefined]);
    await assertOutage(store.blobs.putMany([small]), /no permissions/i, secret);
    // The connection is as good as before: nothing else is disturbed by it.
    assert.deepEqual(await store.blobs.getMany([small.ref]), [{ found: false, reason: 'blob-missing' }]);
    const facts = await store.probe();
    assert.deepEqual([facts.canWrite, facts.version, facts.clockSkewMs], [false, undefined, undefined]);
    assert.match(facts.why ?? '', /SET is refused/);
    close();
  });

  test('lets those in who may do what the README lists', async () => {
    const { store, close } = openStore(urlFor('writer'));
    await store.blobs.putMany([small]);
    await store.metas.put(key, Buffer.from('meta'));
    await store.blobs.quarantineMany([small.ref]);
    assert.deepEqual(await store.blobs.findMissing([small.ref]), []);
    for await (const listed of store.metas.list()) assert.equal(listed, key);
    await store.blobs.deleteMany([small.ref.digest]);
    await store.metas.delete(key);
    assert.equal((await store.probe()).canWrite, true);
    close();
  });

  test('is an outage where its memory is full', async () => {
    const { store, close } = openStore(full.url);
    await assertOutage(store.blobs.putMany([blob(noise(8_000_000))]), /memory/);
    assert.equal((await store.metas.getMany([key])).length, 1);
    close();
  });

  test('is an outage where nobody listens', async () => {
    const gone = await startRedis();
    await gone.stop();
    const { store, close } = openStore(gone.url);
    await assertOutage(store.metas.getMany([key]), /nobody listens there/);
    await assertOutage(store.blobs.getMany([small.ref]), /nobody listens there/);
    close();
  });

  test('is an outage where we cannot believe that it is the server', async () => {
    const { store, close } = openStore(`rediss://127.0.0.1:${secure.port}`);
    await assertOutage(store.metas.getMany([key]), /certificate/);
    close();
    const missing = openStore(`rediss://127.0.0.1:${secure.port}?ca=/nowhere/ca.pem`);
    await assertOutage(missing.store.metas.getMany([key]), /TLS file .* cannot be read/);
    missing.close();
    const elsewhere = openStore(
      `rediss://127.0.0.1:${secure.port}?ca=${secure.caPath!}&servername=other.test`,
    );
    await assertOutage(elsewhere.store.metas.getMany([key]), /other\.test/);
    elsewhere.close();
  });

  test('is an outage where it is a node of a cluster that we take for a single server', async () => {
    const moved = await startProxy({ port: server.port }, { kind: 'reply', text: '-MOVED 1 10.0.0.1:1\r\n' });
    const { store, close } = openStore(`redis://127.0.0.1:${moved.port}`);
    await assertOutage(store.metas.getMany([key]), /redis\+cluster:/);
    close();
    await moved.stop();
  });
});
