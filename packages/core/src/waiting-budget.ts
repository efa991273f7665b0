import { systemClock, type Clock } from './clock.js';

/**
 * How long one run may wait for its remote tiers, all calls together. What counts is the time in which at least one
 * call is under way: two at once are waited for once.
 */
export class WaitingBudget {
  readonly limitMs: number;
  readonly #clock: Clock;
  #spentMs = 0;
  #underWay = 0;
  #since = 0;

  /** `limitMs`: milliseconds; `Infinity` for a process that nobody waits for. */
  constructor(limitMs: number, clock: Clock = systemClock) {
    this.limitMs = limitMs;
    this.#clock = clock;
  }

  /** Milliseconds; zero where it is used up. */
  remainingMs(): number {
    return Math.max(0, this.limitMs - this.spentMs());
  }

  /** Milliseconds so far. */
  spentMs(): number {
    return this.#spentMs + (this.#underWay > 0 ? this.#elapsedMs() : 0);
  }

  /** Counts the time of one wait. */
  async spend<T>(wait: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#since = this.#clock.now();
    this.#underWay += 1;
    try {
      return await wait();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#spentMs += this.#elapsedMs();
    }
  }

  /** A clock that was put back gives nothing back. */
  #elapsedMs(): number {
    return Math.max(0, this.#clock.now() - this.#since);
  }
}
