import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import { isJsonObject } from './json.js';
import type { Key } from './key.js';

/**
 * One scope of a tier that everybody on this machine writes to: its keys have the scope in them. Keeps apart those who mean no harm;
 * where others may, the scopes are to be in stores of their own.
 */
export class ScopedKeysCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;
  readonly #scope: string;

  constructor(inner: Cache, scope: string) {
    this.blobs = inner.blobs;
    this.#inner = inner;
    this.#scope = scope;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    return withoutScope(await this.#inner.get(this.#scoped(key), options));
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    const scoped = keys.map((key) => this.#scoped(key));
    return (await this.#inner.getMany(scoped, options)).map(withoutScope);
  }

  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    const scoped = keys.map((key) => this.#scoped(key));
    return (await this.#inner.getMetas(scoped, options)).map(withoutScope);
  }

  put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    return this.#inner.put(this.#entry(entry), options);
  }

  putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    const scoped = entries.map((entry) => this.#entry(entry));
    return this.#inner.putMany(scoped, options);
  }

  delete(key: Key, options?: CallOptions): Promise<void> {
    return this.#inner.delete(this.#scoped(key), options);
  }

  #scoped(key: Key): Key {
    return { scope: this.#scope, key };
  }

  #entry({ key, after, ...entry }: CacheEntry): CacheEntry {
    const scopedAfter = after === undefined ? {} : { after: this.#scoped(after) };
    return { ...entry, key: this.#scoped(key), ...scopedAfter };
  }
}

function withoutScope<Result extends CacheResult | MetaResult>(result: Result): Result {
  if (!result.hit) return result;
  const { meta } = result;
  const key = isJsonObject(meta.key) ? meta.key['key']! : meta.key;
  return { ...result, meta: { ...meta, key } };
}
