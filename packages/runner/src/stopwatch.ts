import type { Timings } from './report.js';

type Phase = 'planMs' | 'restoreMs' | 'checkerMs' | 'captureMs' | 'publishMs';

/** Adds up where the time of a run went. */
export class Stopwatch {
  readonly #bootMs: number;
  readonly #spent: Record<Phase, number> = { planMs: 0, restoreMs: 0, checkerMs: 0, captureMs: 0, publishMs: 0 };

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

  timings(): Timings {
    const spent = this.#spent;
    const bootMs = this.#bootMs;
    const overheadMs = bootMs + spent.planMs + spent.restoreMs + spent.captureMs + spent.publishMs;
    return roundAll({ bootMs, ...spent, overheadMs });
  }
}

function roundAll(timings: Timings): Timings {
  const rounded = Object.entries(timings).map(([name, ms]) => [name, Math.round((ms as number) * 10) / 10]);
  return Object.fromEntries(rounded) as unknown as Timings;
}
