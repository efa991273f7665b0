import assert from 'node:assert/strict';
import { StoredCache, VerifyingBlobStore, type Cache, type Key } from '@cleanmiss/core';
import { later, openStore, type Entry, type OpenStoreOptions } from '../operations/store.js';
import type { Checks } from '../operation.js';
import { TreeCopy } from './copy-tree.js';
import { contentsOf, expectNoLitter, expectNoMetaWithoutBlobs, type Planted } from './store-files.js';

/** Of one key: what may be found there. Nothing else, and never an exception. */
export type Findable = readonly [Key, readonly (Entry | 'miss')[]];

export interface StoreExpectations {
  readonly storeIn: (sandbox: string) => string;
  /** After a kill, by what had been acknowledged. */
  readonly found: (told: ReadonlySet<string>) => readonly Findable[];
  /** In the end. */
  readonly ends: readonly Findable[];
  /** Default: nothing was damaged. */
  readonly planted?: Planted;
  /** What is damaged even in the end. Default: nothing. */
  readonly plantedForGood?: Planted;
  /** For the collection that leaves no litter. Default: two hours later. */
  readonly later?: OpenStoreOptions;
}

/** What every operation on a store has to leave behind. */
export function storeChecks(expectations: StoreExpectations): Checks {
  const { storeIn, found, ends, planted = {}, plantedForGood = {} } = expectations;
  const afterwards = expectations.later ?? later;
  return {
    async expectSound(sandbox, told) {
      expectNoMetaWithoutBlobs(storeIn(sandbox), planted);
      using copy = new TreeCopy(sandbox);
      const [directory, findable] = [storeIn(copy.path), found(told)];
      await expectFound(lookingCache(directory, afterwards), findable);
      await expectVerified(directory, planted, afterwards);
      await expectFound(openStore(directory, afterwards).cache, findable);
      await openStore(directory, afterwards).maintenance.gc();
      await expectFound(openStore(directory, afterwards).cache, findable);
      // What is retired beside a name that a collection wants back takes a second one.
      await openStore(directory, afterwards).maintenance.gc();
      expectNoLitter(directory, planted);
    },
    async outcome(sandbox) {
      const directory = storeIn(sandbox);
      await expectFound(openStore(directory, afterwards).cache, ends);
      await expectVerified(directory, plantedForGood, afterwards);
      await openStore(directory, afterwards).maintenance.gc();
      await expectFound(openStore(directory, afterwards).cache, ends);
      expectNoLitter(directory, plantedForGood);
      return contentsOf(directory);
    },
  };
}

/** Through the verifying cache, and byte by byte. */
export async function expectFound(cache: Cache, findable: readonly Findable[]): Promise<void> {
  const results = await cache.getMany(findable.map(([key]) => key));
  for (const [i, [key, entries]] of findable.entries()) {
    const result = results[i]!;
    const contents = result.hit ? Object.fromEntries([...result.blobs].map(toText)) : result.reason;
    const isExpected = entries.some((entry) =>
      entry === 'miss' || !result.hit ? entry === 'miss' && !result.hit : isSame(entry, result.blobs),
    );
    assert.ok(isExpected, `${JSON.stringify(key)}: found ${JSON.stringify(contents)}`);
  }
}

/** Nothing is damaged but what was planted, and nothing that is whole is taken for damaged. */
async function expectVerified(
  directory: string,
  { metas = [], blobs = [] }: Planted,
  options: OpenStoreOptions,
): Promise<void> {
  const report = await openStore(directory, options).maintenance.verify();
  const told = JSON.stringify(report);
  assert.ok(report.corruptMetas <= metas.length, told);
  assert.ok(report.corruptBlobs <= blobs.length, told);
  if (blobs.length === 0) assert.equal(report.incompleteMetas, 0, told);
  assert.equal(report.unknownFormats, 0, told);
}

/** Reads, and leaves damage where it is. */
function lookingCache(directory: string, options: OpenStoreOptions): Cache {
  const { blobs, metas } = openStore(directory, options);
  const looking = new VerifyingBlobStore(blobs, { by: 'digest', quarantines: false });
  return new StoredCache({ blobs: looking, metas, writer: 'test' });
}

function isSame(entry: Entry, blobs: ReadonlyMap<string, Uint8Array>): boolean {
  const names = Object.keys(entry.blobs);
  if (names.length !== blobs.size) return false;
  return names.every((name) => {
    const bytes = blobs.get(name);
    return bytes && Buffer.compare(bytes, entry.blobs[name]!) === 0;
  });
}

function toText([name, bytes]: readonly [string, Uint8Array]): readonly [string, string] {
  return [name, Buffer.from(bytes.subarray(0, 40)).toString()];
}
