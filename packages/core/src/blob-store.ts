import type { Blob, BlobRef } from './blob-ref.js';
import type { CallOptions } from './call-options.js';
import type { Digest } from './digest.js';
import type { BlobMissReason } from './miss-reason.js';

export type BlobResult =
  | { readonly found: true; readonly bytes: Uint8Array }
  | { readonly found: false; readonly reason: BlobMissReason };

/**
 * Immutable bytes under their digest. Batch first: a run moves thousands of small blobs, and one call at a time
 * is 10 to 20 times slower. Any number of processes may call at once; no call sees half a blob of another.
 * A tier that is out of order rejects with an error for which `isOutage` holds.
 */
export interface BlobStore {
  /**
   * One result per ref, in the refs' order. A backend may answer bytes that differ from what the ref means: the
   * verifying decorator around it turns those into `blob-corrupt`. The caller owns the bytes.
   */
  getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]>;

  /**
   * When it resolves, every blob is there whole, whatever stood under its name before: storing a blob again repairs
   * it. When it rejects, each is there whole or as it was. The same blob twice is stored once.
   */
  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void>;

  /**
   * Those of the refs that are not there: exact, never from a memory of an earlier answer. What it leaves out has
   * its lifetime renewed, so that a writer who relies on it is not overtaken by garbage collection.
   */
  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]>;

  /** What is not there is passed over. */
  deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void>;

  /**
   * Takes damaged blobs out of every reader's way. The store looks once more itself, and leaves alone what
   * another process has repaired meanwhile.
   */
  quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void>;
}
