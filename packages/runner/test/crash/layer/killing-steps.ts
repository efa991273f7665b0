import type { Step, Steps } from './steps.js';

export interface Kill {
  /** Counted from 0. */
  readonly step: number;
  /** Before the step, or in the middle of it. After it is before the next one. */
  readonly moment: 'before' | 'torn';
}

/** Kills this process at one step: a real SIGKILL, so that no `finally` and no handler runs any more. */
export class KillingSteps implements Steps {
  readonly #kill: Kill;
  readonly #say: (step: Step) => void;
  #next = 0;

  constructor(kill: Kill, say: (step: Step) => void) {
    this.#kill = kill;
    this.#say = say;
  }

  before(step: Step, tear: (() => void) | undefined): void {
    const isDue = this.#next === this.#kill.step;
    this.#next += 1;
    if (!isDue) return;
    if (this.#kill.moment === 'torn') tear?.();
    this.#say(step);
    process.kill(process.pid, 'SIGKILL');
    // Should the signal take a moment: nothing follows.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  after(): void {
    // It is alive, so it was not its turn.
  }
}
