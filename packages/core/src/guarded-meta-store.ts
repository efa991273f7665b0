import type { CallOptions } from './call-options.js';
import type { GuardPolicies } from './guarded-blob-store.js';
import type { KeyHash } from './key.js';
import type { MetaStore } from './meta-store.js';

/** Makes each call under a policy, as `GuardedBlobStore` does. A listing is under none: it is for maintenance, and may take its time. */
export class GuardedMetaStore implements MetaStore {
  readonly #inner: MetaStore;
  readonly #policies: GuardPolicies;

  constructor(inner: MetaStore, policies: GuardPolicies) {
    this.#inner = inner;
    this.#policies = policies;
  }

  getMany(keys: readonly KeyHash[], options?: CallOptions): Promise<readonly (Uint8Array | undefined)[]> {
    const step = (signal: AbortSignal) => this.#inner.getMany(keys, { signal });
    return this.#policies.reads.run('read of metas', step, options);
  }

  put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    const step = (signal: AbortSignal) => this.#inner.put(key, bytes, { signal });
    return this.#policies.writes.run('write of a meta', step, options);
  }

  delete(key: KeyHash, options?: CallOptions): Promise<void> {
    const step = (signal: AbortSignal) => this.#inner.delete(key, { signal });
    return this.#policies.writes.run('removal of a meta', step, options);
  }

  list(options?: CallOptions): AsyncIterable<KeyHash> {
    return this.#inner.list(options);
  }
}
