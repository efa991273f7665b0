import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keyv } from 'keyv';
import type { OpenedDamageableBlobStore } from '@cleanmiss/conformance';
import type { Digest } from '@cleanmiss/core';
import { openKeyvStore, type KeyvStoreOptions, type KeyvTier } from '@cleanmiss/keyv-backend';

/** What Keyv's adapters, and a Map, have in common: texts in, texts out. */
export interface RawStore {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
}

export interface KeyvFixtureOptions {
  readonly tier: KeyvTier;
  /** The adapter under it. */
  readonly raw: RawStore;
  /** What Keyv puts in front of keys. */
  readonly prefix: string;
  /** After the tier has been closed. */
  readonly remove?: () => Promise<void> | void;
}

/** One empty Keyv store, and what it keeps within reach. */
export class KeyvFixture {
  readonly tier: KeyvTier;
  readonly raw: RawStore;
  readonly #options: KeyvFixtureOptions;

  constructor(options: KeyvFixtureOptions) {
    this.tier = options.tier;
    this.raw = options.raw;
    this.#options = options;
  }

  /** Where a blob is, to the adapter: what stands here is the format. */
  keyOf(digest: Digest, part = 0): string {
    return `${this.#options.prefix}cleanmiss:1:default:b:${digest}:${part}`;
  }

  async textOf(digest: Digest, part = 0): Promise<string | undefined> {
    return (await this.raw.get(this.keyOf(digest, part))) as string | undefined;
  }

  /** Behind everybody's back, changes the text that the adapter keeps. */
  async damage(digest: Digest, change: (bytes: Uint8Array) => Uint8Array, part = 0): Promise<void> {
    const text = await this.textOf(digest, part);
    if (text === undefined) return;
    const changed = Buffer.from(change(Buffer.from(text)));
    await this.raw.set(this.keyOf(digest, part), changed.toString('latin1'));
  }

  async close(): Promise<void> {
    await this.tier.close();
    await this.#options.remove?.();
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

/** Over a Keyv as it comes. */
export function plainFixture(
  keyv: Keyv,
  options: Partial<KeyvStoreOptions> = {},
  remove: () => Promise<void> | void = () => {},
): KeyvFixture {
  const raw = keyv.store as RawStore;
  return new KeyvFixture({ tier: openKeyvStore({ keyv, ...options }), raw, prefix: 'keyv:', remove });
}

export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'cleanmiss-keyv-'));
  const remove = () => {
    rmSync(path, { recursive: true, force: true });
  };
  return { path, remove };
}
