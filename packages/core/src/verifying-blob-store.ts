import { matchesChecksum, matchesDigest, type Blob, type BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import type { CallOptions } from './call-options.js';
import { loadChecksum } from './checksum.js';
import type { Digest } from './digest.js';
import { noEvents, type EventSink } from './events.js';
import { failOpen } from './fail-open.js';

export interface VerifyingBlobStoreOptions {
  /**
   * `checksum` for a tier on this machine, at 5 GB/s; `digest` for bytes that come from across a trust boundary, at 1.3 GB/s.
   * Default: `checksum`.
   */
  readonly by?: 'checksum' | 'digest';
  /** Take damage out of the way. Not in a tier that we only read: that is for its writers to do. Default: true. */
  readonly quarantines?: boolean;
  /** Default: nobody is told. */
  readonly events?: EventSink;
}

/**
 * Turns bytes that are not the ones a ref means into a miss, and has them quarantined, so that the next
 * reader does not pay for them again and the next writer of the same content repairs them. Reads only; costs one hash per blob.
 */
export class VerifyingBlobStore implements BlobStore {
  readonly #inner: BlobStore;
  readonly #by: 'checksum' | 'digest';
  readonly #quarantines: boolean;
  readonly #events: EventSink;

  constructor(
    inner: BlobStore,
    { by = 'checksum', quarantines = true, events = noEvents }: VerifyingBlobStoreOptions = {},
  ) {
    this.#inner = inner;
    this.#by = by;
    this.#quarantines = quarantines;
    this.#events = events;
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const matches = await this.#matcher();
    const results = await this.#inner.getMany(refs, options);
    const damaged: BlobRef[] = [];
    const verified = results.map((result, i): BlobResult => {
      const ref = refs[i]!;
      if (!result.found || matches(result.bytes, ref)) return result;
      damaged.push(ref);
      return { found: false, reason: 'blob-corrupt' };
    });
    // Where it cannot be done (a store that we may only read), the good blobs of the batch are as good as before.
    const quarantine = () => this.quarantineMany(damaged, options);
    if (damaged.length > 0 && this.#quarantines)
      await failOpen('quarantine', this.#events, quarantine, undefined);
    return verified;
  }

  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    return this.#inner.putMany(blobs, options);
  }

  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    return this.#inner.findMissing(refs, options);
  }

  deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    return this.#inner.deleteMany(digests, options);
  }

  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    await this.#inner.quarantineMany(refs, options);
    this.#events({ type: 'quarantined', digests: refs.map((ref) => ref.digest) });
  }

  async #matcher(): Promise<(bytes: Uint8Array, ref: BlobRef) => boolean> {
    if (this.#by === 'digest') return matchesDigest;
    const checksumOf = await loadChecksum();
    return (bytes, ref) => matchesChecksum(bytes, ref, checksumOf);
  }
}
