import type { CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import type { Origin } from '@cleanmiss/core';
import type { RunReport } from '../report.js';
import type { RunRequest } from '../request.js';
import type { Ended } from '../spawn-checker.js';
import type { Stopwatch } from '../stopwatch.js';
import type { OutputRecord } from './output-record.js';
import type { Answer, Replay } from './replay.js';

/**
 * A run's part in replay: nothing at all, where the configuration declares no inputs for its checker. Whatever fails here is a
 * degradation, and no more.
 */
export class Answers {
  readonly #request: RunRequest;
  readonly #watch: Stopwatch;
  #replay: Replay | undefined;

  constructor(request: RunRequest, watch: Stopwatch) {
    this.#request = request;
    this.#watch = watch;
  }

  /** To be filled with what the checker says, where that is of use. */
  get record(): OutputRecord | undefined {
    return this.#replay?.record;
  }

  async look(profile: CheckerProfile, plan: SlotRun): Promise<Answer | undefined> {
    const request = this.#request;
    const rule = request.config.replay.get(profile.name);
    if (!rule) return undefined;
    const { Replay } = await import('./replay.js');
    const replay = new Replay({ request, profile, plan, rule });
    this.#replay = replay;
    const look = () => request.degradation.guard('replay', () => replay.look(), undefined);
    return await this.#watch.time('restoreMs', look);
  }

  async give({ pieces }: Answer): Promise<void> {
    const { giveAnswer } = await import('./give-answer.js');
    await giveAnswer(pieces);
  }

  async keep(plan: SlotRun, origins: readonly Origin[], ended: Ended): Promise<void> {
    const replay = this.#replay;
    if (!replay || plan.meaningOf(ended) !== 'normal') return;
    const keep = () => replay.keep(ended.code, origins);
    const { degradation } = this.#request;
    await this.#watch.time('publishMs', () => degradation.guard('replay', keep, undefined));
  }

  report(source: RunReport['source']): RunReport['replay'] {
    const answered = source === 'answer';
    return this.#replay ? { answered, why: answered ? null : this.#replay.why } : null;
  }
}
