import { VerifyingBlobStore, type BlobStore } from '@cleanmiss/core';
import { openRedisStore, type RedisStore } from '@cleanmiss/redis-backend';
import { startRedis } from '@cleanmiss/redis-fixture';
import { blobsOf } from '../corpus/blobs.js';
import { bytesOf, expectCorpus } from '../corpus/expect-corpus.js';
import { packsNote, PackedState } from '../corpus/packed-state.js';
import { alternate } from '../measuring/alternate.js';
import { timesFaster } from '../measuring/goals.js';
import { KeyvOnRedis } from '../peers/keyv-on-redis.js';
import { RawRedis } from '../peers/raw-redis.js';
import type { Bench, Row, RowResult } from '../row.js';

export const redisRead: Row = {
  number: 3,
  work: 'Redis on this machine: the whole state read',
  measure: (bench) => withPeers(bench, read),
};

export const redisWrite: Row = {
  number: 4,
  work: 'Redis on this machine: the whole state stored, into an empty server',
  measure: (bench) => withPeers(bench, write),
};

interface Peers {
  readonly ours: BlobStore;
  readonly keyv: KeyvOnRedis;
  readonly raw: RawRedis;
  /** An empty server again. */
  readonly flush: () => Promise<void>;
}

async function withPeers(
  bench: Bench,
  measure: (bench: Bench, peers: Peers) => Promise<RowResult>,
): Promise<RowResult> {
  await using redis = await startRedis();
  const store: RedisStore = openRedisStore({ url: redis.url });
  try {
    await using keyv = new KeyvOnRedis(redis.url);
    await using raw = await RawRedis.open(redis.url);
    // What comes from another machine is verified by its digest.
    const ours = new VerifyingBlobStore(store.blobs, { by: 'digest' });
    return await measure(bench, { ours, keyv, raw, flush: () => raw.flush() });
  } finally {
    store.close();
  }
}

async function read(bench: Bench, { ours, keyv, raw }: Peers): Promise<RowResult> {
  const corpus = await bench.corpus();
  const blobs = await blobsOf(corpus);
  const refs = blobs.map(({ ref }) => ref);
  const state = await PackedState.of(bench);
  await ours.putMany(blobs);
  await ours.putMany(state.blobs());
  await keyv.write(corpus);
  await raw.write(corpus);
  const check = expectCorpus(corpus);
  const figures = await alternate(
    [
      { name: 'cleanmiss', perform: () => state.read(ours), check },
      { name: 'cleanmiss, no packs', perform: async () => bytesOf(await ours.getMany(refs)), check },
      { name: 'Keyv getMany', perform: () => keyv.read(corpus), check },
      { name: 'node-redis mGet', perform: () => raw.read(corpus), check },
    ],
    bench.rounds,
  );
  return {
    figures,
    goals: [
      timesFaster(figures, 'cleanmiss', 'Keyv getMany', 5),
      timesFaster(figures, 'cleanmiss', 'node-redis mGet', 1),
    ],
    notes: ['cleanmiss unpacks, and verifies by SHA-256; the others verify nothing.', packsNote(state)],
  };
}

async function write(bench: Bench, { ours, keyv, raw, flush }: Peers): Promise<RowResult> {
  const corpus = await bench.corpus();
  const blobs = await blobsOf(corpus);
  const state = await PackedState.of(bench);
  const packs = state.blobs();
  const check = expectCorpus(corpus);
  const figures = await alternate(
    [
      {
        name: 'cleanmiss',
        prepare: flush,
        perform: () => ours.putMany(packs),
        check: async () => check(await state.read(ours)),
      },
      {
        name: 'cleanmiss, no packs',
        prepare: flush,
        perform: () => ours.putMany(blobs),
        check: async () => check(bytesOf(await ours.getMany(blobs.map(({ ref }) => ref)))),
      },
      { name: 'Keyv setMany', prepare: flush, perform: () => keyv.write(corpus) },
      { name: 'node-redis set, pipelined', prepare: flush, perform: () => raw.write(corpus) },
    ],
    bench.rounds,
  );
  return {
    figures,
    goals: [
      timesFaster(figures, 'cleanmiss', 'Keyv setMany', 5),
      timesFaster(figures, 'cleanmiss', 'node-redis set, pipelined', 1),
    ],
    notes: [
      'cleanmiss compresses; the names of the blobs were known before, as they are when it publishes from a store.',
      packsNote(state),
    ],
  };
}
