import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult, Miss } from './cache.js';
import type { CallOptions } from './call-options.js';
import { isOutage } from './errors.js';
import type { EventSink } from './events.js';
import type { Key } from './key.js';
import { tellResults } from './telling-cache.js';

/**
 * The one place where an outage becomes a miss or a dropped write: runs `step`, and where the tier under it is out of
 * order tells `events` and answers `instead`. What is not an outage (a bug, a bad argument, an abort) passes through.
 */
export async function failOpen<T>(
  operation: string,
  events: EventSink,
  step: () => Promise<T>,
  instead: T,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!isOutage(error)) throw error;
    events({ type: 'degraded', operation, error });
    return instead;
  }
}

/**
 * A cache whose calls never reject because of an outage. Outermost, so that nothing beneath it has to decide.
 * Its `blobs` are handed out unguarded: whoever stores blobs first and the meta that names them next has to know
 * that the first step failed, and puts `failOpen` around the two.
 */
export class FailOpenCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;
  readonly #events: EventSink;

  constructor(inner: Cache, events: EventSink) {
    this.blobs = inner.blobs;
    this.#inner = inner;
    this.#events = events;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return this.#read(keys, () => this.#inner.getMany(keys, options));
  }

  getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return this.#read(keys, () => this.#inner.getMetas(keys, options));
  }

  put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    return failOpen('put', this.#events, () => this.#inner.put(entry, options), undefined);
  }

  putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    return failOpen('put', this.#events, () => this.#inner.putMany(entries, options), undefined);
  }

  delete(key: Key, options?: CallOptions): Promise<void> {
    return failOpen('delete', this.#events, () => this.#inner.delete(key, options), undefined);
  }

  /** Nobody beneath has told of misses that are made here. */
  async #read<Result extends CacheResult | MetaResult>(
    keys: readonly Key[],
    read: () => Promise<readonly Result[]>,
  ): Promise<readonly (Result | Miss)[]> {
    const results = await failOpen<readonly Result[] | undefined>('get', this.#events, read, undefined);
    if (results !== undefined) return results;
    const misses = keys.map(() => unavailable);
    tellResults(this.#events, keys, misses);
    return misses;
  }
}

const unavailable: Miss = { hit: false, reason: 'unavailable' };
