import { digestOf, type Digest } from './digest.js';
import type { Blob, BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';

/** Blobs in this process's memory: for tests, and as the first tier of a long-lived process. */
export class MemoryBlobStore implements BlobStore {
  readonly #bytes = new Map<Digest, Uint8Array>();

  getMany(refs: readonly BlobRef[]): Promise<readonly BlobResult[]> {
    return Promise.resolve(refs.map(({ digest }) => this.#get(digest)));
  }

  putMany(blobs: readonly Blob[]): Promise<void> {
    // A copy each way: the caller owns what it handed in, and what it is handed out.
    for (const { ref, bytes } of blobs) this.#bytes.set(ref.digest, Uint8Array.from(bytes));
    return Promise.resolve();
  }

  findMissing(refs: readonly BlobRef[]): Promise<readonly BlobRef[]> {
    return Promise.resolve(refs.filter(({ digest, size }) => this.#bytes.get(digest)?.length !== size));
  }

  deleteMany(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) this.#bytes.delete(digest);
    return Promise.resolve();
  }

  quarantineMany(refs: readonly BlobRef[]): Promise<void> {
    const damaged = refs.filter(({ digest }) => {
      const bytes = this.#bytes.get(digest);
      return bytes !== undefined && digestOf(bytes) !== digest;
    });
    return this.deleteMany(damaged.map(({ digest }) => digest));
  }

  #get(digest: Digest): BlobResult {
    const bytes = this.#bytes.get(digest);
    return bytes ? { found: true, bytes: Uint8Array.from(bytes) } : { found: false, reason: 'blob-missing' };
  }
}
