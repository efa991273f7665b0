import type { BlobStore } from './blob-store.js';
import { isBlobRef, type Cache, type CacheEntry, type CacheResult, type MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import type { EventSink } from './events.js';
import type { Key } from './key.js';

/**
 * Tells of what its caller sees: one hit or miss for each key that was asked for, one put for each entry that was stored. Outside of
 * all that turns one answer into another (tiers, scopes, revocations), so that nothing is told twice; inside of what drops writes.
 */
export class TellingCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;
  readonly #events: EventSink;

  constructor(inner: Cache, events: EventSink) {
    this.blobs = inner.blobs;
    this.#inner = inner;
    this.#events = events;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const result = await this.#inner.get(key, options);
    tellResults(this.#events, [key], [result]);
    return result;
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    const results = await this.#inner.getMany(keys, options);
    tellResults(this.#events, keys, results);
    return results;
  }

  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    const results = await this.#inner.getMetas(keys, options);
    tellResults(this.#events, keys, results);
    return results;
  }

  async put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    await this.#inner.put(entry, options);
    this.#tellPuts([entry]);
  }

  async putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    await this.#inner.putMany(entries, options);
    this.#tellPuts(entries);
  }

  delete(key: Key, options?: CallOptions): Promise<void> {
    return this.#inner.delete(key, options);
  }

  #tellPuts(entries: readonly CacheEntry[]): void {
    for (const { key, blobs } of entries) {
      const own = Object.values(blobs).filter((value): value is Uint8Array => !isBlobRef(value));
      this.#events({ type: 'put', key, bytes: sizeOf(own) });
    }
  }
}

export function tellResults(
  events: EventSink,
  keys: readonly Key[],
  results: readonly (CacheResult | MetaResult)[],
): void {
  for (const [i, result] of results.entries()) {
    const key = keys[i]!;
    if (result.hit)
      events({ type: 'hit', key, bytes: 'blobs' in result ? sizeOf(result.blobs.values()) : 0 });
    else events({ type: 'miss', key, reason: result.reason });
  }
}

function sizeOf(parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}
