import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import type { Corpus } from '../corpus/corpus.js';
import { expectCorpus } from '../corpus/expect-corpus.js';
import { packsNote, PackedState } from '../corpus/packed-state.js';
import { alternate, type Contestant } from '../measuring/alternate.js';
import { atMostTimes, fastestOf, timesFaster } from '../measuring/goals.js';
import { BareFiles } from '../peers/bare-files.js';
import { CacachePeer } from '../peers/cacache.js';
import { LmdbPeer } from '../peers/lmdb.js';
import type { Bench, Row, RowResult } from '../row.js';

export const fsWrite: Row = {
  number: 2,
  work: 'files: the whole state stored, as durable as each promises, into an empty place',
  measure,
};

async function measure(bench: Bench): Promise<RowResult> {
  const corpus = await bench.corpus();
  const state = await PackedState.of(bench);
  const figures = await alternate(
    [
      packed(bench, corpus, state),
      single(bench, corpus),
      bareLoop(bench, corpus),
      lmdb(bench, corpus),
      cacache(bench, corpus, 'cacache, serial', 1),
      cacache(bench, corpus, 'cacache, 16 at once', 16),
    ],
    bench.rounds,
  );
  return {
    figures,
    goals: [
      timesFaster(figures, 'cleanmiss', fastestOf(figures, 'cacache, serial', 'cacache, 16 at once'), 15),
      atMostTimes(figures, 'cleanmiss', 'writeFileSync', 2),
    ],
    notes: [
      'cleanmiss puts the packs together, hashes all that it stores by SHA-256 and XXH64, and writes one meta that names it.',
      packsNote(state),
    ],
  };
}

function openCacheOf(bench: Bench): StoredCache {
  const { blobs, metas } = openFsStore({ directory: bench.folder() });
  return new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'bench' });
}

/** The packs, then a meta that names them. */
function packed(bench: Bench, corpus: Corpus, state: PackedState): Contestant {
  let cache = openCacheOf(bench);
  const check = expectCorpus(corpus);
  return {
    name: 'cleanmiss',
    prepare: () => {
      cache = openCacheOf(bench);
    },
    perform: async () => {
      const blobs = state.blobs();
      await cache.blobs.putMany(blobs);
      await cache.put({
        key: 'state',
        blobs: Object.fromEntries(blobs.map(({ ref }, i) => [String(i), ref])),
      });
    },
    check: async () => {
      check(await state.read(cache.blobs));
    },
  };
}

/** One entry that names every file. */
function single(bench: Bench, corpus: Corpus): Contestant {
  const entry = {
    key: 'state',
    blobs: Object.fromEntries(corpus.files.map(({ path, bytes }) => [path, bytes])),
  };
  let cache = openCacheOf(bench);
  const check = expectCorpus(corpus);
  return {
    name: 'cleanmiss, no packs',
    prepare: () => {
      cache = openCacheOf(bench);
    },
    perform: () => cache.put(entry),
    check: async () => {
      const result = await cache.get('state');
      check(corpus.files.map(({ path }) => (result.hit ? result.blobs.get(path) : undefined)));
    },
  };
}

function bareLoop(bench: Bench, corpus: Corpus): Contestant {
  let bare: BareFiles;
  const check = expectCorpus(corpus);
  return {
    name: 'writeFileSync',
    prepare: () => {
      bare = new BareFiles(bench.folder());
      bare.prepare(corpus);
    },
    perform: async () => bare.write(corpus),
    check: () => check(bare.read(corpus)),
  };
}

function lmdb(bench: Bench, corpus: Corpus): Contestant {
  let database: LmdbPeer;
  const check = expectCorpus(corpus);
  return {
    name: 'lmdb',
    prepare: async () => {
      database = await LmdbPeer.open(bench.folder());
    },
    perform: async () => database.write(corpus),
    check: async () => {
      check(database.read(corpus));
      await database[Symbol.asyncDispose]();
    },
  };
}

function cacache(bench: Bench, corpus: Corpus, name: string, atOnce: number): Contestant {
  let peer: CacachePeer;
  const check = expectCorpus(corpus);
  return {
    name,
    prepare: () => {
      peer = new CacachePeer(bench.folder());
    },
    perform: () => peer.write(corpus, atOnce),
    check: async () => {
      check(await peer.readByDigest(16));
    },
  };
}
