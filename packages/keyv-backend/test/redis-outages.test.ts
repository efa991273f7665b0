import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import KeyvRedis from '@keyv/redis';
import { noise, textBlob } from '@cleanmiss/conformance';
import { isOutage, keyHashOf } from '@cleanmiss/core';
import { openKeyvStore } from '@cleanmiss/keyv-backend';
import { startRedis, type RedisOptions } from '@cleanmiss/redis-fixture';
import { Keyv } from 'keyv';

const blob = textBlob('blob');
const key = keyHashOf('key');

describe('a Redis under Keyv', () => {
  it('that is killed is an outage to every call after, and none any more when it is back', async (t) => {
    const { redis, tier } = await open(t);
    await tier.blobs.putMany([blob]);
    await redis.kill();
    await assert.rejects(tier.blobs.getMany([blob.ref]), isOutage);
    await assert.rejects(tier.blobs.findMissing([blob.ref]), isOutage);
    await assert.rejects(tier.metas.put(key, Buffer.from('meta')), isOutage);
    await assert.rejects(tier.metas.getMany([key]), isOutage);
    await using again = await startRedis({ port: redis.port });
    assert.ok(again.isRunning);
    // The client notices when it tries again; until then it says that it is down.
    let missing;
    while (missing === undefined) {
      missing = await tier.blobs.findMissing([blob.ref]).catch((error: unknown) => {
        assert.ok(isOutage(error));
        return undefined;
      });
    }
    assert.deepEqual(missing, [blob.ref]);
    await tier.close();
  });

  it('that was never there is an outage', async () => {
    const redis = await startRedis();
    await redis.stop();
    const tier = openKeyvStore({ keyv: new Keyv(new KeyvRedis(redis.url)) });
    await assert.rejects(tier.blobs.getMany([blob.ref]), isOutage);
    await assert.rejects(tier.blobs.putMany([blob]), isOutage);
    await tier.close();
  });

  it('that is stopped in the middle ends a call with its signal, and answers the next one when it goes on', async (t) => {
    const { redis, tier } = await open(t);
    await tier.blobs.putMany([blob]);
    redis.pause();
    const deadline = new AbortController();
    const reason = new Error('nobody waits any more');
    const asked = tier.blobs.getMany([blob.ref], { signal: deadline.signal });
    deadline.abort(reason);
    await assert.rejects(asked, (error) => error === reason);
    redis.resume();
    assert.deepEqual(await tier.blobs.findMissing([blob.ref]), []);
    await tier.close();
  });

  it('that is full is an outage to a write, and is read', async (t) => {
    const { tier } = await open(t, { settings: { maxmemory: '3mb', 'maxmemory-policy': 'noeviction' } });
    await tier.metas.put(key, Buffer.from('meta'));
    await assert.rejects(async () => {
      for (let i = 0; i < 100; i++) await tier.metas.put(keyHashOf(i), noise(300_000, i));
    }, isOutage);
    assert.deepEqual(await tier.metas.getMany([key]), [Buffer.from('meta')]);
    await tier.close();
  });

  it('that refuses us is an outage', async (t) => {
    const { tier } = await open(t, { settings: { requirepass: 'secret' } });
    await assert.rejects(tier.blobs.getMany([blob.ref]), isOutage);
    await tier.close();
  });

  it('lets go of what nobody renews', async (t) => {
    const { redis, tier } = await open(t);
    await tier.blobs.putMany([blob]);
    await tier.metas.put(key, Buffer.from('meta'));
    const names = (await redis.cli('KEYS', '*')).split('\n').sort();
    assert.equal(names.length, 2);
    const days = await Promise.all(names.map(async (name) => Number(await redis.cli('TTL', name)) / 86_400));
    assert.deepEqual(
      days.map((day) => Math.round(day * 10) / 10),
      [37.5, 30],
    );
    await tier.close();
  });
});

async function open(t: TestContext, options: RedisOptions = {}) {
  const redis = await startRedis(options);
  t.after(() => redis.stop());
  return { redis, tier: openKeyvStore({ keyv: new Keyv(new KeyvRedis(redis.url)) }) };
}
