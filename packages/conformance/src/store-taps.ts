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

/**
 * Stand between a cache and its stores, each around one: write down what the cache does in which order, and let the
 * stores answer as damaged ones would. A cache of several tiers puts them around each; they share what is set here.
 */
export class StoreTaps {
  /** Every call that came through, with its beginning and its end. */
  readonly log: string[] = [];
  readonly #changedBlobs = new Map<Digest, (result: BlobResult) => BlobResult>();
  readonly #changedMetas = new Map<KeyHash, (bytes: Uint8Array) => Uint8Array>();
  readonly #metaErrors = new Map<KeyHash, Error>();
  #putError: Error | undefined;

  readonly blobs = (inner: BlobStore): BlobStore => new TappedBlobStore(inner, this);
  readonly metas = (inner: MetaStore): MetaStore => new TappedMetaStore(inner, this);

  /** From now on the blob is answered like this, until it is put again or quarantined. */
  changeBlob(digest: Digest, change: (result: BlobResult) => BlobResult): void {
    this.#changedBlobs.set(digest, change);
  }

  /** From now on the meta is answered like this, until it is put again. */
  changeMeta(key: KeyHash, change: (bytes: Uint8Array) => Uint8Array): void {
    this.#changedMetas.set(key, change);
  }

  /** From now on no blob can be put. */
  failPuts(error: Error): void {
    this.#putError = error;
  }

  /** From now on the meta cannot be put. */
  failMeta(key: KeyHash, error: Error): void {
    this.#metaErrors.set(key, error);
  }

  async logged<T>(call: string, step: () => Promise<T>): Promise<T> {
    this.log.push(`${call} begins`);
    const result = await step();
    this.log.push(`${call} ends`);
    return result;
  }

  assertPuttable(): void {
    if (this.#putError) throw this.#putError;
  }

  assertMetaPuttable(key: KeyHash): void {
    const error = this.#metaErrors.get(key);
    if (error) throw error;
  }

  blobAnswer(digest: Digest, result: BlobResult): BlobResult {
    return this.#changedBlobs.get(digest)?.(result) ?? result;
  }

  metaAnswer(key: KeyHash, bytes: Uint8Array | undefined): Uint8Array | undefined {
    return (bytes && this.#changedMetas.get(key)?.(bytes)) ?? bytes;
  }

  isChanged(digest: Digest): boolean {
    return this.#changedBlobs.has(digest);
  }

  settleBlob(digest: Digest): void {
    this.#changedBlobs.delete(digest);
  }

  settleMeta(key: KeyHash): void {
    this.#changedMetas.delete(key);
  }
}

class TappedBlobStore implements BlobStore {
  readonly #inner: BlobStore;
  readonly #taps: StoreTaps;

  constructor(inner: BlobStore, taps: StoreTaps) {
    this.#inner = inner;
    this.#taps = taps;
  }

  getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    return this.#taps.logged('blobs.getMany', async () => {
      const results = await this.#inner.getMany(refs, options);
      return results.map((result, i) => this.#taps.blobAnswer(refs[i]!.digest, result));
    });
  }

  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    return this.#taps.logged('blobs.putMany', async () => {
      this.#taps.assertPuttable();
      await this.#inner.putMany(blobs, options);
      for (const { ref } of blobs) this.#taps.settleBlob(ref.digest);
    });
  }

  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    return this.#inner.findMissing(refs, options);
  }

  deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    return this.#inner.deleteMany(digests, options);
  }

  /** What only seems damaged is removed, as a store removes what is. */
  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    const digests = refs.map(({ digest }) => digest).filter((digest) => this.#taps.isChanged(digest));
    await this.#inner.deleteMany(digests, options);
    for (const digest of digests) this.#taps.settleBlob(digest);
    await this.#inner.quarantineMany(refs, options);
  }
}

class TappedMetaStore implements MetaStore {
  readonly #inner: MetaStore;
  readonly #taps: StoreTaps;

  constructor(inner: MetaStore, taps: StoreTaps) {
    this.#inner = inner;
    this.#taps = taps;
  }

  async getMany(
    keys: readonly KeyHash[],
    options?: CallOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const found = await this.#inner.getMany(keys, options);
    return found.map((bytes, i) => this.#taps.metaAnswer(keys[i]!, bytes));
  }

  put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    return this.#taps.logged('metas.put', async () => {
      this.#taps.assertMetaPuttable(key);
      await this.#inner.put(key, bytes, options);
      this.#taps.settleMeta(key);
    });
  }

  delete(key: KeyHash, options?: CallOptions): Promise<void> {
    return this.#inner.delete(key, options);
  }

  list(options?: CallOptions): AsyncIterable<KeyHash> {
    return this.#inner.list(options);
  }
}
