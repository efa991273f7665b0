import type { Operation } from '../operation.js';
import { checkoutIn, commitA, commitB, makeCheckout, runOnSlot } from './slots.js';
import { largeState, stateA, stateB } from './states.js';

/** Into a project that has no slot yet. */
export const restoreFresh: Operation = {
  name: 'restore into a new slot',
  async prepare(sandbox) {
    const root = makeCheckout(sandbox, 'teammate');
    await runOnSlot({ sandbox, root, commit: commitA, state: largeState });
    makeCheckout(sandbox);
  },
  async perform(sandbox, tell) {
    await runOnSlot({ sandbox, root: checkoutIn(sandbox), commit: commitA, tell });
  },
};

export const restoreOver: Operation = {
  name: 'restore over another state',
  async prepare(sandbox) {
    const root = makeCheckout(sandbox, 'teammate');
    await runOnSlot({ sandbox, root, commit: commitB, state: stateB });
    makeCheckout(sandbox);
    await runOnSlot({ sandbox, root: checkoutIn(sandbox), commit: commitA, state: stateA });
  },
  async perform(sandbox, tell) {
    await runOnSlot({ sandbox, root: checkoutIn(sandbox), commit: commitB, tell });
  },
};

export const operations = [restoreFresh, restoreOver];
