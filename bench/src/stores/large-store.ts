import {
  blobOf,
  encodeIndex,
  loadChecksum,
  StoredCache,
  VerifyingBlobStore,
  type Blob,
  type BlobRef,
  type Cache,
  type CacheEntry,
  type ChecksumOf,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';

const blobsPerBatch = 1000;
const blobsPerIndex = 100;
const indexesPerMeta = 4;

/** Very many small blobs: a quarter with a meta each, a quarter listed by indexes as a state is, and half of them garbage. */
export class LargeStore {
  readonly cache: Cache;
  readonly #count: number;
  readonly #checksumOf: ChecksumOf;

  private constructor(cache: Cache, count: number, checksumOf: ChecksumOf) {
    this.cache = cache;
    this.#count = count;
    this.#checksumOf = checksumOf;
  }

  static async make(directory: string, count: number): Promise<LargeStore> {
    // What is measured is read, and collected: nobody waits for the disk when it is made.
    const { blobs, metas } = openFsStore({ directory, syncMetas: false });
    const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'bench' });
    const store = new LargeStore(cache, count, await loadChecksum());
    await store.#putSingles();
    await store.#putListed();
    return store;
  }

  get singles(): number {
    return Math.floor(this.#count / 4);
  }

  get garbage(): number {
    return Math.floor(this.#count / 2);
  }

  /** The blobs that have a meta each, as many as are wanted, from everywhere among them. */
  someSingles(wanted: number): readonly { readonly key: string; readonly ref: BlobRef }[] {
    const step = Math.floor(this.singles / wanted);
    return Array.from({ length: wanted }, (_, i) => {
      const key = `single ${String(i * step)}`;
      return { key, ref: this.#blob(key).ref };
    });
  }

  /** Anew, where it has been collected. */
  async putGarbage(): Promise<void> {
    for (const names of namesInBatches('garbage', this.garbage))
      await this.cache.blobs.putMany(names.map((name) => this.#blob(name)));
  }

  async #putSingles(): Promise<void> {
    for (const names of namesInBatches('single', this.singles))
      await this.cache.putMany(names.map((key) => ({ key, blobs: { content: this.#blob(key).bytes } })));
  }

  async #putListed(): Promise<void> {
    const entries: CacheEntry[] = [];
    let indexes: BlobRef[] = [];
    const close = () => {
      const blobs = Object.fromEntries(
        indexes.map((ref, i) => [String(i), { ...ref, index: true as const }]),
      );
      entries.push({ key: `listed ${indexes[0]!.digest}`, blobs });
      indexes = [];
    };
    for (const names of namesInBatches('listed', this.singles, blobsPerIndex)) {
      indexes.push(await this.#putIndex(names.map((name) => this.#blob(name))));
      if (indexes.length === indexesPerMeta) close();
    }
    if (indexes.length > 0) close();
    await this.cache.putMany(entries);
  }

  async #putIndex(listed: readonly Blob[]): Promise<BlobRef> {
    const bytes = encodeIndex(listed.map(({ ref }) => ({ refs: [ref], about: {} })));
    const index = blobOf(bytes, this.#checksumOf);
    await this.cache.blobs.putMany([...listed, index]);
    return index.ref;
  }

  #blob(content: string): Blob {
    return blobOf(Buffer.from(content), this.#checksumOf);
  }
}

function* namesInBatches(name: string, count: number, perBatch = blobsPerBatch): Iterable<readonly string[]> {
  for (let start = 0; start < count; start += perBatch) {
    const length = Math.min(perBatch, count - start);
    yield Array.from({ length }, (_, i) => `${name} ${String(start + i)}`);
  }
}
