import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RevocationList } from '@cleanmiss/core';
import { leaseSlot, type Lease, type LeasedSlot } from '@cleanmiss/snapshot';
import { SlotSession } from '../../../src/slot-session.js';
import { layout, runChecker, type State } from './states.js';
import { openStore, storeIn, writtenAt } from './store.js';

export const [commitA, commitB] = ['a'.repeat(40), 'b'.repeat(40)];
const contextHash = 'c0ffee'.repeat(8);

/** A checkout of the project in the sandbox. */
export function checkoutIn(sandbox: string, name = 'checkout'): string {
  return join(sandbox, name);
}

interface OpenSlot {
  readonly slot: LeasedSlot;
  readonly session: SlotSession;
}

/** What `run` does before the checker. */
async function openSlot({ sandbox, root, commit, checker, leasedAt }: RunOptions): Promise<OpenSlot> {
  const [checkout, now] = [root ?? checkoutIn(sandbox), leasedAt ?? writtenAt];
  const slot = await leaseSlot({
    root: checkout,
    checker: checker ?? 'test',
    contextHash,
    clock: { now: () => now },
  });
  const store = openStore(storeIn(sandbox));
  const session = new SlotSession({
    slot,
    root: checkout,
    layout,
    contextHash,
    env: {},
    cache: store.cache,
    local: store.cache,
    isShared: false,
    position: { project: 'project', head: { commit, branch: 'main', worktree: 'main' } },
    storeId: () => store.id(),
    about: { checkerVersion: '1' },
    writer: 'test',
    revocations: { load: () => Promise.resolve(), list: new RevocationList() },
    outage(event) {
      if (event.type === 'degraded') throw event.error;
    },
    clock: { now: () => writtenAt },
  });
  return { slot, session };
}

export interface RunOptions {
  readonly sandbox: string;
  readonly commit: string;
  /** What the checker leaves. Default: it is not started. */
  readonly state?: State;
  /** Default: the only checkout. */
  readonly root?: string;
  readonly tell?: (what: string) => void;
  /** Default: `test`. */
  readonly checker?: string;
  /** Milliseconds since 1970. Default: `writtenAt`. */
  readonly leasedAt?: number;
}

/** A run from beginning to end, in the steps of `CheckRun` and `StateKeeper`. */
export async function runOnSlot(options: RunOptions): Promise<void> {
  const { state, tell = () => {} } = options;
  const { slot, session } = await openSlot(options);
  try {
    await session.prepare();
    tell('prepared');
    session.remember();
    await session.lookAhead();
    if (!state) {
      session.keepIfUntouched();
      return;
    }
    runChecker(slot.stateDir, state);
    const news = await session.capture();
    tell('captured');
    await session.publish(news);
    tell('published');
    session.settle(true);
    tell('settled');
  } finally {
    slot.lease.release();
  }
}

export function makeCheckout(sandbox: string, name?: string): string {
  const root = checkoutIn(sandbox, name);
  mkdirSync(root);
  return root;
}

/** Takes the first slot, so that a run gets the next one. */
export async function leaseBeside(root: string): Promise<Lease> {
  const { lease } = await leaseSlot({ root, checker: 'test', contextHash, clock: { now: () => writtenAt } });
  return lease;
}
