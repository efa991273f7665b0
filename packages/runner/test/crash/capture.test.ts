import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listSlots } from '@cleanmiss/snapshot';
import {
  expectHonestSlots,
  expectWholeSnapshots,
  slotContents,
  storeContents,
} from './checks/slot-checks.js';
import { killAtEveryStep } from './matrix.js';
import { capture } from './operations/capture.js';
import { checkoutIn } from './operations/slots.js';
import { filesInState, filesOf, stateA, stateB } from './operations/states.js';

const states = [stateA, stateB];

describe('a run that is killed at any step beside its checker, in its capture or its publishing', () => {
  it('has published nothing that is not whole, and leaves a slot that is not trusted, or whole', async (t) => {
    await killAtEveryStep(t, {
      file: 'capture',
      operation: capture,
      checks: {
        async expectSound(sandbox, told) {
          const snapshots = await expectWholeSnapshots(sandbox, states);
          expectHonestSlots(checkoutIn(sandbox), snapshots);
          if (told.has('published')) assert.equal(snapshots.size, 2, 'what was published is there');
        },
        onceMore(sandbox, what) {
          if (what !== 'prepared') return;
          const files = filesInState(listSlots(checkoutIn(sandbox))[0]!.stateDir);
          const possible = states.map(filesOf);
          assert.ok(
            possible.some((expected) => expected.join() === files.join()),
            `the slot holds neither of the states: ${files.join('\n')}`,
          );
        },
        async outcome(sandbox) {
          const root = checkoutIn(sandbox);
          expectHonestSlots(root, await expectWholeSnapshots(sandbox, states));
          assert.deepEqual(filesInState(listSlots(root)[0]!.stateDir), filesOf(stateB));
          return { slot: slotContents(root), store: await storeContents(sandbox, states) };
        },
      },
    });
  });
});
