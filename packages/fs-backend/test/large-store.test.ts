import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { GcOptions, GcReport } from '@cleanmiss/core';
import { Child } from './support/child.js';
import { makeLargeStore } from './support/large-store.js';
import { temporaryDirectory } from './support/store-fixture.js';

const long = process.env['CLEANMISS_LONG'] === '1';
const counts = long ? [10_000, 100_000, 1_000_000] : [10_000];

/** Beyond what a collection takes of memory that has nothing to do. */
const bytesPerBlob = 100;
const bytesOfGarbage = 64 * 1024 * 1024;

describe('a collection of a store with very many blobs', () => {
  for (const blobs of counts) {
    it(`of ${blobs} keeps the half that is named, in little memory`, async (t) => {
      const idle = await collect(t, temporaryDirectory(t), {});
      const store = makeLargeStore(t, blobs);
      const bounded = await collect(t, store.directory, { maxBytes: store.neededBytes / 2, dryRun: true });
      assert.ok(bounded.keptBytes <= store.neededBytes / 2 && bounded.keptBytes > 0);
      const whole = await collect(t, store.directory, { maxBytes: store.neededBytes });
      assert.deepEqual(
        [whole.keptMetas, whole.keptBlobs, whole.keptBytes, whole.removedBlobs],
        [store.metas, store.needed, store.neededBytes, store.unneeded],
      );
      for (const { peakBytes } of [bounded, whole]) {
        assert.ok(peakBytes - idle.peakBytes < bytesOfGarbage + bytesPerBlob * blobs, `${peakBytes} bytes`);
      }
      t.diagnostic(`${blobs} blobs: ${wordsOf(whole)}; a dry run down to half: ${wordsOf(bounded)}`);
    });
  }
});

interface Collected extends GcReport {
  readonly seconds: number;
  readonly peakBytes: number;
}

async function collect(t: TestContext, directory: string, options: GcOptions): Promise<Collected> {
  const child = new Child(t, 'collector-process.js', [directory, JSON.stringify(options)]);
  assert.equal(await child.ended(), 0);
  return JSON.parse(child.lines[0]!) as Collected;
}

function wordsOf({ seconds, peakBytes }: Collected): string {
  return `${seconds.toFixed(1)} s, ${(peakBytes / 1e6).toFixed(0)} MB at most`;
}
