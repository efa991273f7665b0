import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keyv } from 'keyv';
import type { OpenedDamageableBlobStore } from '@cleanmiss/conformance';
import type { Digest } from '@cleanmiss/core';
import { openKeyvStore, type KeyvStoreOptions, type KeyvTier } from '@cleanmiss/keyv-backend';

/** What Keyv's adapters, and a Map, have in common: texts in, texts out. */
export interface RawStore {
  get(key: string): Promise<string | undefined> | string | undefined;
  set(key: string, value: string): unknown;
  delete(key: string): unknown;
}

/** One empty Keyv store, and what it keeps within reach. */
export class KeyvFixture {
  readonly keyv: Keyv;
  readonly tier: KeyvTier;
  readonly #remove: () => Promise<void> | void;

  constructor(keyv: Keyv, remove: () => Promise<void> | void, options: Partial<KeyvStoreOptions> = {}) {
    this.keyv = keyv;
    this.tier = openKeyvStore({ keyv, ...options });
    this.#remove = remove;
  }

  get raw(): RawStore {
    return this.keyv.store as RawStore;
  }

  /** Where a blob is, to the adapter: what stands here is the format. */
  keyOf(digest: Digest, part = 0): string {
    return `${this.keyv.namespace}:cleanmiss:1:default:b:${digest}:${part}`;
  }

  /** Behind everybody's back, changes the text that the adapter keeps. */
  async damage(digest: Digest, change: (bytes: Uint8Array) => Uint8Array, part = 0): Promise<void> {
    const key = this.keyOf(digest, part);
    const text = await this.raw.get(key);
    if (text !== undefined) {
      await this.raw.set(key, Buffer.from(change(Buffer.from(text))).toString('latin1'));
    }
  }

  async close(): Promise<void> {
    await this.tier.close();
    await this.#remove();
  }

  /** For the suites of `BlobStore`. */
  get opened(): OpenedDamageableBlobStore {
    return {
      store: this.tier.blobs,
      damage: (digest, change) => this.damage(digest, change),
      close: () => this.close(),
    };
  }
}

export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'cleanmiss-keyv-'));
  const remove = () => {
    rmSync(path, { recursive: true, force: true });
  };
  return { path, remove };
}
