import { after, describe } from 'node:test';
import { startRedis } from '@cleanmiss/redis-fixture';
import { conformsOn } from './support/conformance.js';

const server = await startRedis();
after(() => server.stop());

describe('Redis, one server:', () => {
  conformsOn(server.url);
});
