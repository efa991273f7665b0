import type { Operation } from '../operation.js';
import { commitA, makeCheckout, runOnSlot } from './slots.js';
import { stateA, stateB } from './states.js';

/** A run whose checker changes the state: it is killed beside the checker, in the capture, in the publishing, while it settles. */
export const capture: Operation = {
  name: 'capture',
  async prepare(sandbox) {
    makeCheckout(sandbox);
    await runOnSlot({ sandbox, commit: commitA, state: stateA });
  },
  async perform(sandbox, tell) {
    await runOnSlot({ sandbox, commit: commitA, state: stateB, tell });
  },
};

export const operations = [capture];
