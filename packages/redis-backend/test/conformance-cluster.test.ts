import { after, describe } from 'node:test';
import { startRedisCluster } from '@cleanmiss/redis-fixture';
import { conformsOn } from './support/conformance.js';

const cluster = await startRedisCluster();
after(() => cluster.stop());

describe('Redis, a cluster:', () => {
  conformsOn(cluster.url);
});
