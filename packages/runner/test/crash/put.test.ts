import assert from 'node:assert/strict';
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
    await killAtEveryStep(t, { file: 'put', operation: putFresh, checks, isFullInBrief: true });
  });

  it('over another entry leaves the old one or the new one', async (t) => {
    await killAtEveryStep(t, { file: 'put', operation: putOver, checks: overChecks(), isFullInBrief: true });
  });

  for (const mutant of ['in place', 'metas first'] as const) {
    it(`is found out where it is done with a mistake: ${mutant}`, async (t) => {
      const attempt = killAtEveryStep(t, {
        ...{ file: 'put', operation: putOver, checks: overChecks(), mutant, isFullInBrief: true },
      });
      await assert.rejects(attempt);
    });
  }

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
    await killAtEveryStep(t, { file: 'put', operation: putRepair, checks, isFullInBrief: true });
  });
});

function overChecks() {
  return storeChecks({
    storeIn,
    found: (told) => [
      [first.key, told.has('first') ? [first] : [older, first]],
      [second.key, [second]],
    ],
    ends,
  });
}
