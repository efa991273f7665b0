import type { KeyHash } from './key.js';
import type { MetaStore } from './meta-store.js';

/** Metas in this process's memory. */
export class MemoryMetaStore implements MetaStore {
  readonly #metas = new Map<KeyHash, Uint8Array>();

  getMany(keys: readonly KeyHash[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.resolve(keys.map((key) => copyOf(this.#metas.get(key))));
  }

  put(key: KeyHash, bytes: Uint8Array): Promise<void> {
    this.#metas.set(key, Uint8Array.from(bytes));
    return Promise.resolve();
  }

  delete(key: KeyHash): Promise<void> {
    this.#metas.delete(key);
    return Promise.resolve();
  }

  async *list(): AsyncIterable<KeyHash> {
    yield* [...this.#metas.keys()];
  }
}

function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && Uint8Array.from(bytes);
}
