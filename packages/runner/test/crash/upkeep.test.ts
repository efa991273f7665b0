import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { listSlots } from '@cleanmiss/snapshot';
import { TreeCopy } from './checks/copy-tree.js';
import {
  expectHonestSlots,
  expectWholeSnapshots,
  slotContents,
  storeContents,
} from './checks/slot-checks.js';
import { killAtEveryStep } from './matrix.js';
import { checkoutIn, commitA, runOnSlot } from './operations/slots.js';
import { filesInState, filesOf, stateA, stateB } from './operations/states.js';
import { upkeep } from './operations/upkeep.js';

const states = [stateA, stateB];

describe('a removal of unused slots that is killed at any step', () => {
  it('leaves slots that are not trusted, or whole, and the others alone', async (t) => {
    await killAtEveryStep(t, {
      file: 'upkeep',
      operation: upkeep,
      checks: {
        async expectSound(sandbox) {
          const snapshots = await expectWholeSnapshots(sandbox, states);
          expectHonestSlots(checkoutIn(sandbox), snapshots);
          expectYoungSlot(sandbox);
          // A run gets what the removal has left.
          using copy = new TreeCopy(sandbox);
          await expectRunnable(copy.path);
        },
        async outcome(sandbox) {
          const root = checkoutIn(sandbox);
          expectYoungSlot(sandbox);
          const contexts = readdirSync(join(root, '.cleanmiss/slots'));
          assert.equal(contexts.length, 1, 'the folder of a context without slots is gone');
          const slots = slotContents(root);
          using copy = new TreeCopy(sandbox);
          await expectRunnable(copy.path);
          return { slots, store: await storeContents(sandbox, states) };
        },
      },
    });
  });
});

function expectYoungSlot(sandbox: string): void {
  const young = listSlots(checkoutIn(sandbox)).find(({ checker }) => checker === 'young');
  assert.deepEqual(young && filesInState(young.stateDir), filesOf(stateA));
}

async function expectRunnable(sandbox: string): Promise<void> {
  const root = checkoutIn(sandbox);
  const tell = () => {
    const slot = listSlots(root).find(({ checker, number }) => checker === 'test' && number === 0);
    assert.deepEqual(slot && filesInState(slot.stateDir), filesOf(stateA));
  };
  await runOnSlot({ sandbox, commit: commitA, tell });
}
