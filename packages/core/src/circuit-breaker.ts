import { systemClock, type Clock } from './clock.js';

/** What is remembered of a tier that was out of order, from one process to the next. */
export interface BreakerState {
  /** Calls that failed one after another. */
  readonly failures: number;
  /** Until then nobody asks. Milliseconds since 1970. */
  readonly openUntil: number;
  /** For people: what went wrong. */
  readonly reason: string;
}

/** Where the state is kept. Must not throw: a breaker that cannot remember is one that forgets. */
export interface BreakerMemory {
  read(): BreakerState | undefined;
  /** `undefined`: all is well. */
  write(state: BreakerState | undefined): void;
}

export interface CircuitBreakerOptions {
  readonly memory: BreakerMemory;
  /**
   * How long nobody asks after the first failure; doubled with each further one. Default: 30 s, longer than most checks: else each
   * of them would ask anew.
   */
  readonly firstPauseMs?: number;
  /** Default: 5 minutes. */
  readonly longestPauseMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Remembers that a tier is out of order, so that the checks of the next seconds do not find it out again, each by waiting.
 * When the pause is over the next call is a try: it ends the outage, or begins a longer pause. Several processes may try at once.
 */
export class CircuitBreaker {
  readonly #memory: BreakerMemory;
  readonly #firstPauseMs: number;
  readonly #longestPauseMs: number;
  readonly #clock: Clock;
  #state: BreakerState | undefined;

  constructor({
    memory,
    firstPauseMs = 30_000,
    longestPauseMs = 300_000,
    clock = systemClock,
  }: CircuitBreakerOptions) {
    this.#memory = memory;
    this.#firstPauseMs = firstPauseMs;
    this.#longestPauseMs = longestPauseMs;
    this.#clock = clock;
  }

  /** The outage that is going on, if one is. */
  openState(): BreakerState | undefined {
    const state = this.#known();
    const now = this.#clock.now();
    // A clock that was put back must not close a tier off for ever.
    const isOpen = state && now < state.openUntil && state.openUntil - now <= this.#longestPauseMs;
    return isOpen ? state : undefined;
  }

  succeeded(): void {
    if (this.#known() === undefined) return;
    this.#remember(undefined);
  }

  failed(reason: string): void {
    // What others have found out meanwhile counts: a state of long ago would make their pause a short one again.
    this.#state = this.#memory.read() ?? this.#known();
    // Calls that were under way together fail together: that is one outage.
    if (this.openState()) return;
    const failures = (this.#known()?.failures ?? 0) + 1;
    const pauseMs = Math.min(this.#longestPauseMs, this.#firstPauseMs * 2 ** Math.min(failures - 1, 20));
    this.#remember({ failures, openUntil: this.#clock.now() + pauseMs, reason });
  }

  /** Where all seems well, looks whether another process has found out otherwise. */
  #known(): BreakerState | undefined {
    this.#state ??= this.#memory.read();
    return this.#state;
  }

  #remember(state: BreakerState | undefined): void {
    this.#state = state;
    this.#memory.write(state);
  }
}
