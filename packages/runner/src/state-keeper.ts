import type { SlotRun } from '@cleanmiss/checkers';
import { systemClock } from '@cleanmiss/core';
import type { LeasedSlot, PreparedSnapshot } from '@cleanmiss/snapshot';
import { collectInBackground, rememberProject } from './background-gc.js';
import { uploadInBackground } from './background-upload.js';
import { nothing, type RunReport, type Volume } from './report.js';
import type { RunRequest } from './request.js';
import type { SlotSession } from './slot-session.js';
import type { Ended } from './spawn-checker.js';
import type { Stopwatch } from './stopwatch.js';

export interface StateKeeperOptions {
  readonly request: RunRequest;
  readonly watch: Stopwatch;
  readonly plan: SlotRun;
  readonly slot: LeasedSlot;
  readonly session: SlotSession;
}

type RunStart = Pick<RunReport, 'source' | 'restored'>;

/** What becomes of a slot's state beside the checker and after it. Whatever fails here is a degradation, and no more. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  /** On another core than the checker's: what came from a remote is kept for the next checkout here. */
  async besideChecker(ended: Promise<unknown>): Promise<void> {
    const { request, session } = this.#options;
    const keep = async () => {
      session.remember();
      await request.opened.settle();
      if (request.config.mode === 'read-write') await session.lookAhead(ended);
    };
    await request.degradation.guard('fill', keep, undefined);
  }

  /** Captures and stores what the checker left; answers what the local store got. */
  async afterChecker(ended: Ended): Promise<Volume> {
    const { plan, session, slot } = this.#options;
    if (!this.#isStillOurs()) return nothing;
    if (plan.meaningOf(ended) !== 'normal') {
      // Helpers of a killed checker may still be writing.
      if (ended.signal === null) await this.keepIfUntouched();
      return nothing;
    }
    const captured = await this.#capturing(async () => {
      await plan.leave?.(slot.stateDir);
      return { news: await session.capture() };
    });
    if (!captured || !this.#isStillOurs()) return nothing;
    const published = await this.#publish(captured.news);
    await this.#capturing(async () => {
      if (this.#isStillOurs()) session.settle(published !== undefined);
    });
    return published ?? nothing;
  }

  async keepIfUntouched(): Promise<void> {
    await this.#capturing(async () => {
      this.#options.session.keepIfUntouched();
    });
  }

  /** Has the remotes told; answers the bytes sent, as far as it waited for that. */
  async upload(): Promise<number> {
    const { request, watch } = this.#options;
    const { degradation, opened, uploadCommand, waits } = request;
    const tell = async () => {
      const { uploaded = [], trouble } = await uploadInBackground(opened, uploadCommand, waits);
      for (const words of trouble) degradation.add('upload', words);
      return uploaded.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
    };
    return await watch.time('publishMs', () => degradation.guard('upload', tell, 0));
  }

  /** Sees to it that the store does not grow for ever. Nothing of it for a run that started from its slot and changed nothing. */
  async keepHouse({ source, restored }: RunStart, published: Volume): Promise<void> {
    const { config, gcCommand, degradation, opened, root } = this.#options.request;
    // What was restored where there are remotes may have been kept here on its way.
    const addedBytes = published.bytes + (opened.remotes.length > 0 ? restored.bytes : 0);
    const keep = async () => {
      if (source !== 'slot' || addedBytes > 0) rememberProject(config, root);
      collectInBackground({ config, how: gcCommand, addedBytes, clock: systemClock });
    };
    await degradation.guard('gc', keep, undefined);
  }

  /** `undefined`: the store has not got it. */
  async #publish(news: PreparedSnapshot | undefined): Promise<Volume | undefined> {
    const { request, session, watch } = this.#options;
    if (request.config.mode !== 'read-write') return undefined;
    const publish = () => request.progress('storing', () => session.publish(news));
    return await watch.time('publishMs', () =>
      request.degradation.guard<Volume | undefined>('publish', publish, undefined),
    );
  }

  #capturing<T>(step: () => Promise<T>): Promise<T | undefined> {
    const { request, watch } = this.#options;
    return watch.time('captureMs', () =>
      request.degradation.guard<T | undefined>('capture', step, undefined),
    );
  }

  /** Where somebody removed `.cleanmiss` during the check, another may have a slot of the same name by now. */
  #isStillOurs(): boolean {
    if (this.#options.slot.lease.stillHolds()) return true;
    this.#options.request.degradation.add('capture', 'the slot was removed during the check');
    return false;
  }
}
