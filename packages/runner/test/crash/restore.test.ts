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
import type { Checks } from './operation.js';
import { restoreFresh, restoreOver } from './operations/restore.js';
import { checkoutIn, commitA, commitB, runOnSlot } from './operations/slots.js';
import { filesInState, filesOf, largeState, stateA, stateB, type State } from './operations/states.js';

describe('a restore that is killed at any step', () => {
  it('into a new slot leaves one that is not trusted, or whole', async (t) => {
    const checks = checksOf([largeState], [[commitA, largeState]]);
    await killAtEveryStep(t, { file: 'restore', operation: restoreFresh, checks });
  });

  it('over another state leaves a slot that is brought to either of them exactly', async (t) => {
    await killAtEveryStep(t, { file: 'restore', operation: restoreOver, checks: overChecks() });
  });

  it('is found out where it goes on trusting a slot that it writes to', async (t) => {
    const attempt = killAtEveryStep(t, {
      ...{ file: 'restore', operation: restoreOver, checks: overChecks(), mutant: 'record kept' },
    });
    await assert.rejects(attempt);
  });
});

function overChecks(): Checks {
  return checksOf(
    [stateA, stateB],
    [
      [commitB, stateB],
      [commitA, stateA],
    ],
  );
}

/** `visits`: the commits that are checked out one after the other, and what the slot must hold at each; the first by `perform`. */
function checksOf(states: readonly State[], visits: readonly (readonly [string, State])[]): Checks {
  return {
    async expectSound(sandbox) {
      expectHonestSlots(checkoutIn(sandbox), await expectWholeSnapshots(sandbox, states));
    },
    onceMore(sandbox, what) {
      if (what === 'prepared') expectState(sandbox, visits[0]![1]);
    },
    async outcome(sandbox) {
      const seen: unknown[] = [];
      for (const [commit, state] of visits) {
        await runOnSlot({ sandbox, commit, tell: () => expectState(sandbox, state) });
        expectHonestSlots(checkoutIn(sandbox), await expectWholeSnapshots(sandbox, states));
        seen.push(slotContents(checkoutIn(sandbox)));
      }
      return { seen, store: await storeContents(sandbox, states) };
    },
  };
}

function expectState(sandbox: string, state: State): void {
  const [slot, ...others] = listSlots(checkoutIn(sandbox));
  assert.equal(others.length, 0, 'the slot of a killed process is the next one’s');
  assert.deepEqual(filesInState(slot!.stateDir), filesOf(state));
}
