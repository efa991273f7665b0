import { blobsOf } from '../corpus/blobs.js';
import { bytesOf, expectCorpus } from '../corpus/expect-corpus.js';
import { packsNote, PackedState } from '../corpus/packed-state.js';
import { alternate } from '../measuring/alternate.js';
import { atMostTimes, fastestOf, timesFaster } from '../measuring/goals.js';
import { BareFiles } from '../peers/bare-files.js';
import { CacachePeer } from '../peers/cacache.js';
import { LmdbPeer } from '../peers/lmdb.js';
import { openOurFiles } from '../peers/our-files.js';
import type { Bench, Row, RowResult } from '../row.js';

export const fsRead: Row = {
  number: 1,
  work: 'files: verified read of the whole state',
  measure,
};

async function measure(bench: Bench): Promise<RowResult> {
  const corpus = await bench.corpus();
  const blobs = await blobsOf(corpus);
  const refs = blobs.map(({ ref }) => ref);
  const single = openOurFiles(bench.folder());
  await single.putMany(blobs);
  const state = await PackedState.of(bench);
  const ours = openOurFiles(bench.folder());
  await ours.putMany(state.blobs());
  const cacache = new CacachePeer(bench.folder());
  await cacache.write(corpus, 16);
  await using lmdb = await LmdbPeer.open(bench.folder());
  lmdb.write(corpus);
  const bare = new BareFiles(bench.folder());
  bare.prepare(corpus);
  bare.write(corpus);

  const check = expectCorpus(corpus);
  const figures = await alternate(
    [
      { name: 'cleanmiss', perform: () => state.read(ours), check },
      { name: 'cleanmiss, no packs', perform: async () => bytesOf(await single.getMany(refs)), check },
      { name: 'readFileSync', perform: async () => bare.read(corpus), check },
      { name: 'lmdb, verified', perform: async () => lmdb.read(corpus), check },
      { name: 'cacache, serial', perform: () => cacache.read(corpus, 1), check },
      { name: 'cacache, 16 at once', perform: () => cacache.read(corpus, 16), check },
      { name: 'cacache, by digest', perform: () => cacache.readByDigest(16), check },
    ],
    bench.rounds,
  );
  return {
    figures,
    goals: [
      timesFaster(figures, 'cleanmiss', fastestOf(figures, 'cacache, serial', 'cacache, 16 at once'), 20),
      atMostTimes(figures, 'cleanmiss', 'lmdb, verified', 1),
      atMostTimes(figures, 'cleanmiss', 'readFileSync', 1.5),
    ],
    notes: [packsNote(state)],
  };
}
