import { describe, it } from 'node:test';
import { digestOf } from '@cleanmiss/core';
import { storeChecks } from './checks/store-checks.js';
import { killAtEveryStep } from './matrix.js';
import { first, older, putFresh, putOver, putRepair, second, third } from './operations/put.js';
import { storeIn } from './operations/store.js';

const ends = [
  [first.key, [first]],
  [second.key, [second]],
] as const;

describe('a put that is killed at any step', () => {
  it('into a store that is not there yet leaves entries or clean misses', async (t) => {
    const checks = storeChecks({
      storeIn,
      found: (told) => [
        [first.key, told.has('first') ? [first] : [first, 'miss']],
        [second.key, told.has('second') ? [second] : [second, 'miss']],
        [third.key, told.has('second') ? [third] : [third, 'miss']],
      ],
      ends: [...ends, [third.key, [third]]],
    });
    await killAtEveryStep(t, { file: 'put', operation: putFresh, checks });
  });

  it('over another entry leaves the old one or the new one', async (t) => {
    const checks = storeChecks({
      storeIn,
      found: (told) => [
        [first.key, told.has('first') ? [first] : [older, first]],
        [second.key, [second]],
      ],
      ends,
    });
    await killAtEveryStep(t, { file: 'put', operation: putOver, checks });
  });

  it('of what is damaged leaves it repaired or a clean miss', async (t) => {
    const blobs = [digestOf(first.blobs['long']!), digestOf(first.blobs['short']!)];
    const checks = storeChecks({
      storeIn,
      found: (told) => [
        [first.key, told.has('first') ? [first] : [first, 'miss']],
        [second.key, told.has('first') ? [second] : [second, 'miss']],
      ],
      ends,
      planted: { blobs },
    });
    await killAtEveryStep(t, { file: 'put', operation: putRepair, checks });
  });
});
