import type { Digest } from './digest.js';
import type { Key } from './key.js';
import type { MissReason } from './miss-reason.js';
import type { Distrust } from './signature.js';

export type CacheEvent =
  /** `bytes`: of content that was handed out; 0 where the meta alone was asked for. */
  | { readonly type: 'hit'; readonly key: Key; readonly bytes: number }
  | { readonly type: 'miss'; readonly key: Key; readonly reason: MissReason }
  /** `bytes`: of content that was handed in; a blob that is referred to has been stored before. */
  | { readonly type: 'put'; readonly key: Key; readonly bytes: number }
  /** Damaged blobs were taken out of the way. */
  | { readonly type: 'quarantined'; readonly digests: readonly Digest[] }
  /** A meta that is there was passed over. `signedBy`: the id of the key, as the meta says; `tier`: where, if it is not this machine's. */
  | {
      readonly type: 'untrusted';
      readonly key: Key;
      readonly why: Distrust;
      readonly signedBy?: string | undefined;
      readonly tier?: string;
    }
  /** The tier is out of order and the check goes on without it: `operation` was answered as a miss or dropped. */
  | { readonly type: 'degraded'; readonly operation: string; readonly error: unknown };

/** Told of what happens; must not throw and must not wait. */
export type EventSink = (event: CacheEvent) => void;

export const noEvents: EventSink = () => {};
