import { rmSync } from 'node:fs';
import type { BlobResult, GcReport, MetaResult } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { defaultGc } from '@cleanmiss/open-cache';
import { alternate, type Contestant } from '../../measuring/alternate.js';
import type { Bench, Figure } from '../../row.js';
import { LargeStore } from '../../stores/large-store.js';
import { expectEqual } from './states.js';

/** Asked for at a time. */
const asked = 1000;

/** Beyond the grace period. */
const laterMs = 2 * 60 * 60 * 1000;

export const lookups = [`lookup of ${String(asked)} blobs`, `lookup of ${String(asked)} metas`] as const;

export function ofBlobs(work: string, count: number): string {
  return `${work}, store of ${String(count)} blobs`;
}

/** Looking into a store of so many small blobs, and collecting half of them. */
export async function measureStore(bench: Bench, count: number): Promise<readonly Figure[]> {
  const directory = bench.folder();
  try {
    bench.say(`making a store of ${String(count)} blobs`);
    const store = await LargeStore.make(directory, count);
    return [
      ...(await alternate([blobLookup(store, count), metaLookup(store, count)], bench.rounds)),
      ...(await alternate([collection(store, directory, count)], bench.rounds)),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function blobLookup(store: LargeStore, count: number): Contestant {
  const refs = store.someSingles(asked).map(({ ref }) => ref);
  const { blobs } = store.cache;
  const perform = async () => {
    const missing = await blobs.findMissing(refs);
    return missing.length > 0 ? [] : await blobs.getMany(refs);
  };
  const check = (results: unknown) => {
    const found = (results as readonly BlobResult[]).filter((result) => result.found);
    expectEqual('blobs found', found.length, asked);
  };
  return { name: ofBlobs(lookups[0], count), perform, check };
}

function metaLookup(store: LargeStore, count: number): Contestant {
  const keys = store.someSingles(asked).map(({ key }) => key);
  const perform = () => store.cache.getMetas(keys);
  const check = (results: unknown) => {
    const hits = (results as readonly MetaResult[]).filter(({ hit }) => hit);
    expectEqual('metas found', hits.length, asked);
  };
  return { name: ofBlobs(lookups[1], count), perform, check };
}

function collection(store: LargeStore, directory: string, count: number): Contestant {
  const { maintenance } = openFsStore({ directory, clock: { now: () => Date.now() + laterMs } });
  const perform = () => maintenance.gc({ maxBytes: defaultGc.maxBytes, maxAgeMs: defaultGc.maxAgeMs });
  const check = (report: unknown) =>
    expectEqual('blobs removed', (report as GcReport).removedBlobs, store.garbage);
  return { name: ofBlobs('gc', count), prepare: () => store.putGarbage(), perform, check };
}
