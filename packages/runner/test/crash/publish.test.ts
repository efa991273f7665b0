import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectWholeSnapshots, storeContents } from './checks/slot-checks.js';
import { killAtEveryStep } from './matrix.js';
import { publish } from './operations/publish.js';
import { largeState, stateA } from './operations/states.js';

const states = [stateA, largeState];

describe('a publish that is killed at any step', () => {
  it('leaves whole snapshots, and refs that lead to one', async (t) => {
    await killAtEveryStep(t, {
      file: 'publish',
      operation: publish,
      isFullInBrief: true,
      checks: {
        async expectSound(sandbox, told) {
          const snapshots = await expectWholeSnapshots(sandbox, states);
          if (told.has('saved')) assert.equal(snapshots.size, 2, 'what was saved is there');
        },
        outcome: (sandbox) => storeContents(sandbox, states),
      },
    });
  });
});
