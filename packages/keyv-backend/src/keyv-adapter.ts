import { CacheError } from '@cleanmiss/core';
import type { KeyvAdapterLike, KeyvLike } from './keyv-like.js';

export function adapterOf({ store }: KeyvLike): KeyvAdapterLike {
  return typeof store === 'object' && store !== null ? store : {};
}

/**
 * A batch is one question to these, answered or failed as a whole. Others ask key by key themselves, and answer
 * `undefined` for each that failed, as Keyv does for an adapter without batches: then we had better ask key by key, for which
 * all adapters have an error.
 */
export function canAskTogether({ opts, getMany }: KeyvAdapterLike): boolean {
  return getMany !== undefined && ['sqlite', 'postgres', 'mysql', 'redis'].includes(String(opts?.dialect));
}

/**
 * Not by `keyv.iterator`, which takes every value apart, throws over one that has expired meanwhile, and is not there for
 * adapters that Keyv has never heard of.
 *
 * @throws {CacheError} `ERR_INVALID_STATE` where the adapter cannot tell
 */
export async function* keysIn(keyv: KeyvLike): AsyncIterable<unknown> {
  const { store } = keyv;
  if (store instanceof Map) return yield* store.keys();
  const adapter = adapterOf(keyv);
  const entries = adapter.iterator?.(adapter.namespace);
  if (entries === undefined) {
    throw new CacheError('ERR_INVALID_STATE', 'this storage adapter of Keyv cannot list what it holds');
  }
  for await (const [key] of entries) yield key;
}
