import { after } from 'node:test';
import KeyvRedis from '@keyv/redis';
import { startRedis } from '@cleanmiss/redis-fixture';
import { Keyv } from 'keyv';
import { keyvConformance } from './support/conformance.js';
import { plainFixture } from './support/keyv-fixture.js';

const redis = await startRedis();
after(() => redis.stop());

keyvConformance('Keyv on @keyv/redis', async () => {
  const keyv = new Keyv({ store: new KeyvRedis(redis.url) });
  return plainFixture(keyv, {}, async () => {
    await redis.cli('FLUSHALL');
  });
});
