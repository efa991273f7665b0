import { openRedisStore } from '@cleanmiss/redis-backend';
import { blob } from './redis-stores.js';

/** Started by a test: does what it is told, and must then end by itself. */
const [url, what] = process.argv.slice(2) as [string, 'idle' | 'abort' | 'close' | 'refused'];
const store = openRedisStore({ url, namespace: `process-${process.pid}` });
const one = blob('one');

if (what === 'idle') {
  await store.blobs.putMany([one]);
  await store.blobs.findMissing([one.ref]);
} else if (what === 'abort') {
  const signal = AbortSignal.timeout(50);
  await Promise.allSettled([
    store.blobs.getMany([one.ref], { signal }),
    store.blobs.findMissing([one.ref], { signal }),
  ]);
} else if (what === 'close') {
  const waiting = Promise.allSettled([store.blobs.getMany([one.ref]), store.blobs.putMany([one])]);
  setTimeout(() => store.close(), 50);
  await waiting;
} else {
  await Promise.allSettled([store.blobs.getMany([one.ref])]);
}
process.stdout.write('done');
