import { largeStateNote } from '../corpus/large-state.js';
import { growsAtMost, isAtMost } from '../measuring/goals.js';
import type { Bench, Figure, Goal, Row, RowResult } from '../row.js';
import { measureState, ofFiles } from './scale/states.js';
import { lookups, measureStore, ofBlobs } from './scale/stores.js';

export const scale: Row = {
  number: 9,
  work: 'scale: files of one state, blobs of one store',
  measure,
};

/** What a run may cost that has nothing to do, in ms. */
const maxWarmMs = 500;

const manyFiles = 100_000;

/** A million take more than five minutes to make and to collect: they are left to the long test of collections. */
const blobs = [1e4, 1e5];
const fewBlobs = [1e3, 1e4];

async function measure(bench: Bench): Promise<RowResult> {
  const files = bench.isSmall ? [200, 1000] : [1000, 10_000, manyFiles];
  const figures: Figure[] = [];
  for (const count of files) figures.push(...(await measureState(bench, count)));
  const stores = bench.isSmall ? fewBlobs : blobs;
  for (const count of stores) figures.push(...(await measureStore(bench, count)));
  return {
    figures,
    goals: [...goalsOfStates(figures, files), ...goalsOfStores(figures, stores)],
    notes: [
      largeStateNote,
      'In one process, round after round: a run is a new one, whose code is not compiled yet.',
      'warm: all of a run that changed nothing, but for the checker. delta publish: after a checker that wrote one file.',
      'lookup: 200 refs, and the manifest of the one that is there. restore: that, and the files.',
      'gc: half of the blobs go.',
    ],
  };
}

function goalsOfStates(figures: readonly Figure[], files: readonly number[]): readonly Goal[] {
  const [fewer, more] = files.slice(-2) as [number, number];
  const growth = ['warm', 'delta publish', 'lookup'].map((work) =>
    growsAtMost(figures, [ofFiles(work, fewer), ofFiles(work, more)], 1.5 * (more / fewer)),
  );
  return more < manyFiles ? growth : [...growth, isAtMost(figures, ofFiles('warm', more), maxWarmMs)];
}

/** A lookup is of as many in each: it grows with what it looks for. */
function goalsOfStores(figures: readonly Figure[], stores: readonly number[]): readonly Goal[] {
  const [fewer, more] = stores as [number, number];
  const between = (work: string) => [ofBlobs(work, fewer), ofBlobs(work, more)] as const;
  return [
    ...lookups.map((work) => growsAtMost(figures, between(work), 1.5)),
    growsAtMost(figures, between('gc'), 1.5 * (more / fewer)),
  ];
}
