import { removeUnusedSlots } from '@cleanmiss/snapshot';
import type { Operation } from '../operation.js';
import { checkoutIn, commitA, commitB, leaseBeside, makeCheckout, runOnSlot } from './slots.js';
import { stateA, stateB } from './states.js';
import { hourMs, writtenAt } from './store.js';

const dayMs = 24 * hourMs;

/** Two slots of one context that nobody has used for long, and one of another that somebody has. */
export const upkeep: Operation = {
  name: 'removal of unused slots',
  async prepare(sandbox) {
    const root = makeCheckout(sandbox);
    const beside = await leaseBeside(root);
    await runOnSlot({ sandbox, commit: commitB, state: stateB });
    beside.release();
    await runOnSlot({ sandbox, commit: commitA, state: stateA });
    await runOnSlot({
      sandbox,
      commit: commitA,
      state: stateA,
      checker: 'young',
      leasedAt: writtenAt + 30 * dayMs,
    });
  },
  perform(sandbox, tell) {
    const clock = { now: () => writtenAt + 31 * dayMs };
    removeUnusedSlots(checkoutIn(sandbox), { olderThanMs: 30 * dayMs, clock });
    tell('removed');
    return Promise.resolve();
  },
};

export const operations = [upkeep];
