import type {
  Blob,
  BlobRef,
  BlobResult,
  BlobStore,
  CallOptions,
  Digest,
  KeyHash,
  MetaStore,
} from '@cleanmiss/core';

export interface Stores {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
}

/** Stores whose code is loaded by the first call: most checks find all they need on this machine, and never pay for it. */
export function lazyStores(open: () => Promise<Stores>): Stores {
  return {
    blobs: new LazyBlobStore(async () => (await open()).blobs),
    metas: new LazyMetaStore(async () => (await open()).metas),
  };
}

class LazyBlobStore implements BlobStore {
  readonly #open: () => Promise<BlobStore>;

  constructor(open: () => Promise<BlobStore>) {
    this.#open = open;
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    return await (await this.#open()).getMany(refs, options);
  }

  async putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    await (await this.#open()).putMany(blobs, options);
  }

  async findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    return await (await this.#open()).findMissing(refs, options);
  }

  async deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    await (await this.#open()).deleteMany(digests, options);
  }

  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    await (await this.#open()).quarantineMany(refs, options);
  }
}

class LazyMetaStore implements MetaStore {
  readonly #open: () => Promise<MetaStore>;

  constructor(open: () => Promise<MetaStore>) {
    this.#open = open;
  }

  async getMany(
    keys: readonly KeyHash[],
    options?: CallOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return await (await this.#open()).getMany(keys, options);
  }

  async put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    await (await this.#open()).put(key, bytes, options);
  }

  async delete(key: KeyHash, options?: CallOptions): Promise<void> {
    await (await this.#open()).delete(key, options);
  }

  async *list(options?: CallOptions): AsyncIterable<KeyHash> {
    yield* (await this.#open()).list(options);
  }
}
