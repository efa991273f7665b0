import type { CallOptions } from './call-options.js';
import { systemClock, type Clock } from './clock.js';
import type { CallPolicy } from './call-policy.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { CacheError, isOutage } from './errors.js';
import type { WaitingBudget } from './waiting-budget.js';

export interface ResilientPolicyOptions {
  /** What the tier is called in errors: no credentials. */
  readonly name: string;
  readonly breaker: CircuitBreaker;
  readonly budget: WaitingBudget;
  /** For one try of one call, in milliseconds. Default: 2000. */
  readonly deadlineMs?: number;
  /** Tries after the first, where that failed at once. Default: 1. */
  readonly retries?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Between 0 and 1, for the jitter of retries. Default: `Math.random`. */
  readonly random?: () => number;
}

/** What took longer to fail (a connection that was waited for, an answer that did not come) would be waited for again. */
const atOnceMs = 250;

/** The pause before a retry: half of it at least, all of it at most, doubled each time. */
const retryPauseMs = 100;

/** Deadline, retry with jitter, circuit breaker and the run's budget, around each call to a tier. */
export class ResilientPolicy implements CallPolicy {
  readonly #options: Required<ResilientPolicyOptions>;

  constructor({
    deadlineMs = 2000,
    retries = 1,
    clock = systemClock,
    random = Math.random,
    ...rest
  }: ResilientPolicyOptions) {
    this.#options = { deadlineMs, retries, clock, random, ...rest };
  }

  async run<T>(
    operation: string,
    step: (signal: AbortSignal) => Promise<T>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const { breaker, budget } = this.#options;
    signal?.throwIfAborted();
    this.#refuseWhereUseless();
    try {
      const result = await budget.spend(() => this.#tryRepeatedly(operation, step, signal));
      breaker.succeeded();
      return result;
    } catch (error) {
      // What the caller broke off says nothing of the tier.
      if (!signal?.aborted && isOutage(error)) breaker.failed((error as Error).message);
      throw error;
    }
  }

  #refuseWhereUseless(): void {
    const { name, breaker, budget } = this.#options;
    const open = breaker.openState();
    if (open) throw outage(`${name} is left alone for a while, because of: ${open.reason}`);
    if (budget.remainingMs() <= 0)
      throw outage(`${name} is not asked: this run has waited ${budget.limitMs} ms in all`);
  }

  async #tryRepeatedly<T>(
    operation: string,
    step: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { clock, retries, random } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const begun = clock.now();
      try {
        return await this.#tryOnce(operation, step, signal);
      } catch (error) {
        const isLast = attempt >= retries || clock.now() - begun > atOnceMs || error instanceof DeadlineError;
        if (isLast || signal?.aborted || !isOutage(error)) throw error;
      }
      await pause(retryPauseMs * 2 ** attempt * (0.5 + random() / 2), signal);
    }
  }

  async #tryOnce<T>(
    operation: string,
    step: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const { name, deadlineMs, budget } = this.#options;
    const limitMs = Math.min(deadlineMs, budget.remainingMs());
    const late = new DeadlineError(`${name} did not answer a ${operation} within ${Math.round(limitMs)} ms`);
    return await within(limitMs, late, step, signal);
  }
}

/** Still an outage by its code; told apart because waiting once more would be no better. */
class DeadlineError extends CacheError {
  constructor(message: string) {
    super('ERR_OUTAGE', message);
  }
}

/** Settles in time even where `step` ignores its signal: a promise that nobody waits for any more may stay pending. */
async function within<T>(
  limitMs: number,
  late: Error,
  step: (signal: AbortSignal) => Promise<T>,
  outer: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  const { promise: ended, reject: end } = withReject();
  const stop = (reason: unknown) => {
    end(reason);
    controller.abort(reason);
  };
  const onOuterAbort = () => {
    stop(outer?.reason);
  };
  const timer = Number.isFinite(limitMs) ? setTimeout(stop, limitMs, late) : undefined;
  outer?.addEventListener('abort', onOuterAbort, { once: true });
  try {
    return await Promise.race([step(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onOuterAbort);
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, settle) => {
    reject = settle;
  });
  // Nobody may be waiting for it by then.
  promise.catch(() => {});
  return { promise, reject };
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const never = () => new Promise<never>(() => {});
  const over = new CacheError('ERR_OUTAGE', 'the pause is over');
  await within(ms, over, never, signal).catch((error: unknown) => {
    if (error !== over) throw error;
  });
}

function outage(message: string): CacheError {
  return new CacheError('ERR_OUTAGE', message);
}
