import type { EventSink } from '@cleanmiss/core';
import type { OpenedCache } from '@cleanmiss/open-cache';
import { SlotSession, type Prepared, type Volume } from '@cleanmiss/runner';
import { leaseSlot, type LeasedSlot, type StateLayout } from '@cleanmiss/snapshot';

export interface RunPlace {
  /** The project, outside git. */
  readonly root: string;
  readonly layout: StateLayout;
  readonly opened: OpenedCache;
}

/** Of every run here. */
export const contextHash = 'c0ffee'.repeat(8);
export const projectName = 'bench';

/** `cleanmiss run` in the steps of `runCheck` and `StateKeeper`; whoever calls is the checker. */
export class RunWithoutChecker implements Disposable {
  readonly #slot: LeasedSlot;
  readonly #session: SlotSession;
  readonly #opened: OpenedCache;

  private constructor(slot: LeasedSlot, { root, layout, opened }: RunPlace) {
    this.#slot = slot;
    this.#opened = opened;
    this.#session = new SlotSession({
      slot,
      root,
      layout,
      contextHash,
      env: {},
      cache: opened.strict,
      local: opened.local,
      isShared: opened.remotes.length > 0,
      outage: throwOutage,
      position: { project: projectName, head: undefined },
      storeId: () => opened.storeId(),
      about: {},
      writer: opened.writer,
      revocations: opened.revocations,
    });
  }

  static async start(place: RunPlace): Promise<RunWithoutChecker> {
    const { root } = place;
    return new RunWithoutChecker(await leaseSlot({ root, checker: 'mypy', contextHash }), place);
  }

  get stateDir(): string {
    return this.#slot.stateDir;
  }

  get snapshot(): string | null {
    return this.#session.snapshot;
  }

  prepare(): Promise<Prepared> {
    return this.#session.prepare();
  }

  /** Beside a checker that takes long, because it has found something to do, or beside one that has ended by then. */
  async besideChecker({ isLong }: { readonly isLong: boolean }): Promise<void> {
    this.#session.remember();
    await this.#opened.settle();
    await this.#session.lookAhead(isLong ? new Promise(() => {}) : Promise.resolve());
  }

  async afterChecker(): Promise<Volume> {
    const published = await this.#session.publish(await this.#session.capture());
    this.#session.settle(true);
    return published;
  }

  [Symbol.dispose](): void {
    this.#slot.lease.release();
  }
}

/** A run would go on; what it needed would then not be what it needs. */
const throwOutage: EventSink = (event) => {
  if (event.type === 'degraded') throw event.error;
};
