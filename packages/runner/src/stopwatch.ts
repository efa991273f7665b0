import type { Timings } from './report.js';

type Phase = 'planMs' | 'restoreMs' | 'checkerMs' | 'captureMs' | 'publishMs';

/** Adds up where the time of a run went. */
export class Stopwatch {
  readonly #bootMs: number;
  readonly #spent: Record<Phase, number> = {
    planMs: 0,
    restoreMs: 0,
    checkerMs: 0,
    captureMs: 0,
    publishMs: 0,
  };

  /** `bootMs`: milliseconds from the start of the process until now. */
  constructor(bootMs: number) {
    this.#bootMs = bootMs;
  }

  async time<T>(phase: Phase, step: () => Promise<T> | T): Promise<T> {
    const start = performance.now();
    try {
      return await step();
    } finally {
      this.#spent[phase] += performance.now() - start;
    }
  }

  /** `remoteWaitMs`: of the time that was spent, that of waiting for remotes. */
  timings(remoteWaitMs: number): Timings {
    const spent = this.#spent;
    const bootMs = this.#bootMs;
    const overheadMs = bootMs + spent.planMs + spent.restoreMs + spent.captureMs + spent.publishMs;
    return {
      bootMs: rounded(bootMs),
      planMs: rounded(spent.planMs),
      restoreMs: rounded(spent.restoreMs),
      checkerMs: rounded(spent.checkerMs),
      captureMs: rounded(spent.captureMs),
      publishMs: rounded(spent.publishMs),
      remoteWaitMs: rounded(remoteWaitMs),
      overheadMs: rounded(overheadMs),
    };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
