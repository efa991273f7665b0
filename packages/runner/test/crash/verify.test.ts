import { describe, it } from 'node:test';
import { digestOf } from '@cleanmiss/core';
import { storeChecks } from './checks/store-checks.js';
import { killAtEveryStep } from './matrix.js';
import { storeIn } from './operations/store.js';
import {
  cutShort,
  damaged,
  nameOf,
  putAgain,
  repaired,
  repairedTwice,
  verify,
  whole,
} from './operations/verify.js';

describe('a verification that is killed at any step', () => {
  it('has lost nothing that is whole, and what an earlier one had in its hands gets its place back', async (t) => {
    const checks = storeChecks({
      storeIn,
      found: () => [
        [whole.key, [whole]],
        [repairedTwice.key, [repairedTwice]],
        [repaired.key, [repaired, 'miss']],
        [putAgain.key, [putAgain, 'miss']],
        [damaged.key, ['miss']],
        [cutShort.key, ['miss']],
      ],
      ends: [
        [whole.key, [whole]],
        [repairedTwice.key, [repairedTwice]],
        [repaired.key, [repaired]],
        [putAgain.key, [putAgain]],
        [damaged.key, ['miss']],
        [cutShort.key, ['miss']],
      ],
      planted: {
        metas: [nameOf(cutShort)],
        blobs: [digestOf(damaged.blobs['own']!), digestOf(repaired.blobs['own']!)],
      },
      plantedForGood: { blobs: [digestOf(damaged.blobs['own']!)] },
    });
    await killAtEveryStep(t, { file: 'verify', operation: verify, checks });
  });
});
