import type { Blob, BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import type { CallOptions } from './call-options.js';
import type { CallPolicy } from './call-policy.js';
import type { Digest } from './digest.js';

/** Two, because a store that is full, or that we may not write to, is as good to read from as ever. */
export interface GuardPolicies {
  readonly reads: CallPolicy;
  readonly writes: CallPolicy;
}

/** Makes each call under a policy. For tiers across a network; costs a timer a call. */
export class GuardedBlobStore implements BlobStore {
  readonly #inner: BlobStore;
  readonly #policies: GuardPolicies;

  constructor(inner: BlobStore, policies: GuardPolicies) {
    this.#inner = inner;
    this.#policies = policies;
  }

  getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const step = (signal: AbortSignal) => this.#inner.getMany(refs, { signal });
    return this.#policies.reads.run('read of blobs', step, options);
  }

  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    const step = (signal: AbortSignal) => this.#inner.putMany(blobs, { signal });
    return this.#policies.writes.run('write of blobs', step, options);
  }

  /** A write to some tiers: it renews. */
  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    const step = (signal: AbortSignal) => this.#inner.findMissing(refs, { signal });
    return this.#policies.writes.run('look for blobs', step, options);
  }

  deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    const step = (signal: AbortSignal) => this.#inner.deleteMany(digests, { signal });
    return this.#policies.writes.run('removal of blobs', step, options);
  }

  quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    const step = (signal: AbortSignal) => this.#inner.quarantineMany(refs, { signal });
    return this.#policies.writes.run('removal of damage', step, options);
  }
}
