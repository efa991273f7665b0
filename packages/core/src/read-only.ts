import type { BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import type { Cache, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import type { Key } from './key.js';

/** Reads go through, writes are dropped without a word: for whoever may use a cache and not add to it. */
export class ReadOnlyCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;

  constructor(inner: Cache) {
    this.#inner = inner;
    this.blobs = new ReadOnlyBlobStore(inner.blobs);
  }

  get(key: Key, options?: CallOptions): Promise<CacheResult> {
    return this.#inner.get(key, options);
  }

  getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return this.#inner.getMany(keys, options);
  }

  getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return this.#inner.getMetas(keys, options);
  }

  put(): Promise<void> {
    return Promise.resolve();
  }

  putMany(): Promise<void> {
    return Promise.resolve();
  }

  delete(): Promise<void> {
    return Promise.resolve();
  }
}

class ReadOnlyBlobStore implements BlobStore {
  readonly #inner: BlobStore;

  constructor(inner: BlobStore) {
    this.#inner = inner;
  }

  getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    return this.#inner.getMany(refs, options);
  }

  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    return this.#inner.findMissing(refs, options);
  }

  putMany(): Promise<void> {
    return Promise.resolve();
  }

  deleteMany(): Promise<void> {
    return Promise.resolve();
  }

  quarantineMany(): Promise<void> {
    return Promise.resolve();
  }
}
