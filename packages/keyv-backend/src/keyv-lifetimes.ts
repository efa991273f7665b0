import { CacheError } from '@cleanmiss/core';

const dayMs = 24 * 60 * 60 * 1000;
export const defaultTtlMs = 30 * dayMs;
const maxTtlMs = 10 * 365 * dayMs;

/** How long things stay when nobody renews them, in milliseconds. */
export interface KeyvLifetimes {
  readonly metaTtlMs: number;
  /**
   * A quarter longer than metas. Reading renews neither, so that no meta is renewed without its blobs. Also of the parts of a
   * long meta.
   */
  readonly blobTtlMs: number;
  /**
   * A blob with less than this before it is renewed by whoever finds it present. Keyv cannot prolong a life, only store a
   * value once more; so that it is not done each time, it is done once in an eighth of `metaTtlMs` (four days of thirty). What is
   * left then is an eighth more than a meta lives that is put now: a day for each eight days of it to get it stored.
   */
  readonly renewBelowMs: number;
}

/** @throws {CacheError} `ERR_INVALID_OPTION` */
export function lifetimesOf(ttlMs: number): KeyvLifetimes {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1 || ttlMs > maxTtlMs) {
    const rule = `ttlMs must be whole milliseconds from 1 to ${maxTtlMs} (ten years)`;
    throw new CacheError('ERR_INVALID_OPTION', `${rule}; it is ${ttlMs}`);
  }
  return {
    metaTtlMs: ttlMs,
    blobTtlMs: Math.ceil(ttlMs * 1.25),
    renewBelowMs: Math.ceil(ttlMs * 1.125),
  };
}
