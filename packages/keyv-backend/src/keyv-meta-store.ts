import {
  CacheError,
  digestOf,
  isDigest,
  maxMetaBytes,
  type CallOptions,
  type KeyHash,
  type MetaStore,
} from '@cleanmiss/core';
import type { KeyvKeys } from './keyv-keys.js';
import type { KeyvParts } from './keyv-parts.js';
import { decodeValue, encodeValue, maxTextLength, wholeSizeOf } from './keyv-value.js';
import type { WatchedKeyv } from './watched-keyv.js';

export interface KeyvMetaStoreOptions {
  readonly keyv: WatchedKeyv;
  readonly keys: KeyvKeys;
  /** Where metas are kept that are too long for one value. */
  readonly parts: KeyvParts;
  /** Bytes of content in a value. */
  readonly partBytes: number;
  /** In milliseconds. */
  readonly ttlMs: number;
}

const keysPerBatch = 256;

/**
 * One value a meta; a long one is `p:<digest>:<size>`, and in parts under that digest, so that to replace it is still to replace
 * one value. The parts that are replaced stay until they expire. A read renews nothing: blobs would not be renewed
 * with it, and the meta would outlive them.
 */
export class KeyvMetaStore implements MetaStore {
  readonly #options: KeyvMetaStoreOptions;

  constructor(options: KeyvMetaStoreOptions) {
    this.#options = options;
  }

  async getMany(
    keys: readonly KeyHash[],
    options?: CallOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const { keyv, keys: names } = this.#options;
    const found: (Uint8Array | undefined)[] = [];
    for (let i = 0; i < keys.length; i += keysPerBatch) {
      const batch = keys.slice(i, i + keysPerBatch).map((key) => names.meta(key));
      for (const stored of await keyv.getMany(batch, options)) {
        found.push(stored && (await this.#decode(stored.text, options)));
      }
    }
    return found;
  }

  async put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    const { keyv, keys, ttlMs } = this.#options;
    if (bytes.length > maxMetaBytes) {
      const limit = `a meta has at most ${maxMetaBytes} bytes; this one has ${bytes.length}`;
      throw new CacheError('ERR_INVALID_OPTION', limit);
    }
    const value = await this.#encode(bytes, options);
    await keyv.setMany([{ key: keys.meta(key), value, ttl: ttlMs }], options);
  }

  async delete(key: KeyHash, options?: CallOptions): Promise<void> {
    const { keyv, keys } = this.#options;
    await keyv.deleteMany([keys.meta(key)], options);
  }

  async *list(options?: CallOptions): AsyncIterable<KeyHash> {
    const { keyv, keys } = this.#options;
    // A key may be told of twice, by a store that moves things while it lists them.
    for (const stored of new Set(await keyv.listKeys(options))) {
      const key = keys.keyHashOf(stored);
      if (key !== undefined) yield key;
    }
  }

  async #encode(bytes: Uint8Array, options?: CallOptions): Promise<string> {
    const { parts, partBytes } = this.#options;
    const text = encodeValue(bytes.length, bytes);
    if (text.length <= maxTextLength(partBytes)) return text;
    const digest = digestOf(bytes);
    await parts.write([[digest, bytes]], options);
    return `p:${digest}:${bytes.length}`;
  }

  async #decode(text: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    const { parts } = this.#options;
    const [, digest, length] = /^p:([0-9a-f]{64}):([0-9]{1,8})$/.exec(text) ?? [];
    const size = digest === undefined ? wholeSizeOf(text) : Number(length);
    if (size === undefined || size > maxMetaBytes) return noMeta;
    if (!isDigest(digest)) return decodeValue(text, size) ?? noMeta;
    for await (const [[, stored] = []] of parts.read([{ digest, size }], options)) {
      if (stored?.kind === 'stored') return parts.unpack(size, stored.texts) ?? noMeta;
      return stored?.kind === 'damaged' ? noMeta : undefined;
    }
    return undefined;
  }
}

/** No meta is empty: whoever decodes this has a corrupt one before it. */
const noMeta = new Uint8Array(0);
