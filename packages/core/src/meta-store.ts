import type { CallOptions } from './call-options.js';
import type { KeyHash } from './key.js';

/**
 * Encoded metas under the hash of their key. Bytes in, bytes out: what they mean, and whether they are whole, is
 * the business of the cache above. Any number of processes may call at once.
 */
export interface MetaStore {
  /**
   * One answer per key, in the keys' order; `undefined` where there is none. May renew the lifetime of what it finds, but
   * only where a meta cannot outlive its blobs by that.
   */
  getMany(keys: readonly KeyHash[], options?: CallOptions): Promise<readonly (Uint8Array | undefined)[]>;

  /** Atomic: a reader finds the old bytes or the new ones. The last of two writers stays. */
  put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void>;

  /** What is not there is passed over. */
  delete(key: KeyHash, options?: CallOptions): Promise<void>;

  /** Every key that was there before the call and is still there after it; of the others, some. In no order. */
  list(options?: CallOptions): AsyncIterable<KeyHash>;
}
