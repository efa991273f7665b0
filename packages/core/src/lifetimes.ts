import { CacheError } from './errors.js';

const dayMs = 24 * 60 * 60 * 1000;
export const defaultTtlMs = 30 * dayMs;
const maxTtlMs = 10 * 365 * dayMs;

/** How long things stay in a tier that lets them expire, when nobody renews them, in milliseconds. */
export interface Lifetimes {
  readonly metaTtlMs: number;
  /**
   * A quarter longer: a blob that was found present or stored, and named by a meta within that quarter, outlives that meta.
   * Reading renews neither, so that no meta is renewed without its blobs.
   */
  readonly blobTtlMs: number;
}

/** @throws {CacheError} `ERR_INVALID_OPTION` */
export function lifetimesOf(ttlMs: number): Lifetimes {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 1 && ttlMs <= maxTtlMs)
    return { metaTtlMs: ttlMs, blobTtlMs: Math.ceil(ttlMs * 1.25) };
  const rule = `ttlMs must be whole milliseconds from 1 to ${maxTtlMs} (ten years)`;
  throw new CacheError('ERR_INVALID_OPTION', `${rule}; it is ${ttlMs}`);
}
