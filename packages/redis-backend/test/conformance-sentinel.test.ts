import { after, describe } from 'node:test';
import { startRedisSentinel } from '@cleanmiss/redis-fixture';
import { conformsOn } from './support/conformance.js';

const sentinels = await startRedisSentinel();
after(() => sentinels.stop());

describe('Redis, through sentinels:', () => {
  conformsOn(sentinels.url);
});
