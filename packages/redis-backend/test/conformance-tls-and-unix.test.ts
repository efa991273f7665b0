import { after, describe } from 'node:test';
import { startRedis } from '@cleanmiss/redis-fixture';
import { storesConformOn } from './support/conformance.js';

const [secure, local] = await Promise.all([startRedis({ tls: true }), startRedis({ unixSocket: true })]);
after(() => Promise.all([secure.stop(), local.stop()]));

describe('Redis over TLS:', () => {
  storesConformOn(`rediss://127.0.0.1:${secure.port}?ca=${secure.caPath!}`);
});

describe('Redis on a Unix socket:', () => {
  storesConformOn(`redis+unix://${local.socketPath!}`);
});
