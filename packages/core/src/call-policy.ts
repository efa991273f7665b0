import type { CallOptions } from './call-options.js';

/** How calls to a tier are made that may be slow, down, or accept and never answer. */
export interface CallPolicy {
  /**
   * Runs `step`, maybe more than once, or not at all where the tier is known to be out of order or the time for waiting is
   * used up. Settles in bounded time, whatever `step` does: the signal that it is handed fires when nobody waits any more.
   * Rejects with an error for which `isOutage` holds, with the caller's reason where `options.signal` fired, and with
   * whatever else `step` threw.
   */
  run<T>(operation: string, step: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
}
