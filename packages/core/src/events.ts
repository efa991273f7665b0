import type { Digest } from './digest.js';
import type { Key } from './key.js';
import type { MissReason } from './miss-reason.js';

export type CacheEvent =
  | { readonly type: 'hit'; readonly key: Key; readonly bytes: number }
  | { readonly type: 'miss'; readonly key: Key; readonly reason: MissReason }
  | { readonly type: 'put'; readonly key: Key; readonly bytes: number }
  | { readonly type: 'quarantined'; readonly digests: readonly Digest[] }
  /** The tier is out of order and the check goes on without it: `operation` was answered as a miss or dropped. */
  | { readonly type: 'degraded'; readonly operation: string; readonly error: unknown };

/** Told of what happens; must not throw and must not wait. */
export type EventSink = (event: CacheEvent) => void;

export const noEvents: EventSink = () => {};
