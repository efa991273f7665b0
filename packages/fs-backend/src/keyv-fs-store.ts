import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import {
  decodeMeta,
  failOpen,
  keyHashOf,
  loadChecksum,
  StoredCache,
  systemClock,
  VerifyingBlobStore,
  type Cache,
  type CacheEntry,
  type CacheEvent,
  type CacheResult,
  type Clock,
  type Json,
  type Key,
  type KeyHash,
  type Maintenance,
  type Meta,
  type MetaStore,
} from '@cleanmiss/core';
import { decodeKeyvValue, encodeKeyvValue } from './keyv-value.js';
import { openFsStore, type FsStoreOptions } from './open-fs-store.js';

export interface KeyvFsStoreOptions extends FsStoreOptions {
  /** Default: false. A value that a power cut takes is a miss, and waiting for the disk costs a millisecond a value. */
  readonly syncMetas?: boolean;
}

interface KeyvFsEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds. Zero is for ever, as to Keyv. */
  readonly ttl?: number | undefined;
}

/** So many metas are read at once where all are looked through. */
const metasPerBatch = 256;

/**
 * Plain files as a storage adapter of Keyv 5, for any number of processes at once: the shape of Keyv's
 * `KeyvStoreAdapter`, without needing Keyv's types. A damaged value is `undefined`, never another value. A read of a
 * store that is out of order emits `error` and is a miss; a write rejects, out of which Keyv makes an `error` and `false`.
 * What is deleted, replaced or expired keeps its place on disk until `maintenance.gc`.
 */
export class KeyvFsStore extends EventEmitter {
  /**
   * Keyv 5 has `iterator()` only for adapters whose dialect is on its list, and throws over one without a `url`. The list
   * has none for files; nothing else asks for the dialect.
   */
  readonly opts: { url: string; dialect: string };
  /** Set by Keyv, which prefixes the keys with it as well; `clear` and `iterator` keep to it. */
  namespace?: string | undefined;
  readonly maintenance: Maintenance;
  readonly #cache: Cache;
  readonly #metas: MetaStore;
  readonly #clock: Clock;

  constructor(options: KeyvFsStoreOptions) {
    super();
    const { blobs, metas, maintenance } = openFsStore({ syncMetas: false, ...options });
    this.opts = { url: pathToFileURL(options.directory).href, dialect: 'sqlite' };
    this.maintenance = maintenance;
    this.#clock = options.clock ?? systemClock;
    this.#metas = metas;
    const verifying = new VerifyingBlobStore(blobs);
    this.#cache = new StoredCache({ blobs: verifying, metas, writer: 'keyv', clock: this.#clock });
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    const [value] = await this.getMany<Value>([key]);
    return value;
  }

  async getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]> {
    const results = await this.#reading(() => this.#cache.getMany(keys.map(keyOf)), []);
    return keys.map((_, i) => this.#valueOf(results[i]) as Value | undefined);
  }

  async has(key: string): Promise<boolean> {
    const [there] = await this.hasMany([key]);
    return there!;
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    const values = await this.getMany(keys);
    return values.map((value) => value !== undefined);
  }

  async set(key: string, value: unknown, ttl?: number): Promise<void> {
    await this.setMany([{ key, value, ttl }]);
  }

  async setMany(entries: readonly KeyvFsEntry[]): Promise<void> {
    await this.#cache.putMany(entries.map((entry) => this.#entryOf(entry)));
  }

  /** Whether it was there. */
  delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** Whether any of them was there. */
  async deleteMany(keys: readonly string[]): Promise<boolean> {
    const before = await this.#metas.getMany(keys.map((key) => keyHashOf(keyOf(key))));
    for (const key of keys) await this.#cache.delete(keyOf(key));
    return before.some((bytes) => bytes !== undefined);
  }

  async clear(): Promise<void> {
    for await (const { key } of this.#metasOf(this.namespace)) await this.#cache.delete(key);
  }

  async *iterator<Value>(namespace = this.namespace): AsyncGenerator<(string | Awaited<Value>)[], void> {
    for await (const { key } of this.#metasOf(namespace)) {
      const value = this.#valueOf(await this.#cache.get(key));
      if (value !== undefined) yield [textOf(key)!, value as Awaited<Value>];
    }
  }

  /** Nothing is open between calls. */
  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  #entryOf({ key, value, ttl }: KeyvFsEntry): CacheEntry {
    const { type, bytes } = encodeKeyvValue(value);
    const expires = ttl ? { expires: this.#clock.now() + ttl } : {};
    return { key: keyOf(key), blobs: { value: bytes }, attributes: { type, ...expires } };
  }

  #valueOf(result: CacheResult | undefined): unknown {
    if (!result?.hit) return undefined;
    const { type, expires } = result.meta.attributes;
    if (typeof expires === 'number' && expires < this.#clock.now()) return undefined;
    const bytes = result.blobs.get('value');
    return bytes && decodeKeyvValue(type, bytes);
  }

  /** Ours among the metas of a store that others may use as well. */
  async *#metasOf(namespace: string | undefined): AsyncIterable<Meta> {
    const checksumOf = await loadChecksum();
    for await (const hashes of batchesOf(this.#metas.list(), metasPerBatch)) {
      for (const bytes of await this.#metas.getMany(hashes)) {
        const decoded = bytes && decodeMeta(bytes, checksumOf);
        const text = decoded?.ok ? textOf(decoded.meta.key) : undefined;
        const wanted = namespace === undefined || text?.startsWith(`${namespace}:`);
        if (decoded?.ok && text !== undefined && wanted) yield decoded.meta;
      }
    }
  }

  #reading<T>(step: () => Promise<T>, instead: T): Promise<T> {
    return failOpen(
      'get',
      (event) => {
        this.#emitError(event);
      },
      step,
      instead,
    );
  }

  /** An `error` that nobody listens to would be thrown. */
  #emitError(event: CacheEvent): void {
    if (event.type === 'degraded' && this.listenerCount('error') > 0) this.emit('error', event.error);
  }
}

function keyOf(text: string): Key {
  return ['keyv', text];
}

function textOf(key: Json): string | undefined {
  if (!Array.isArray(key) || key.length !== 2 || key[0] !== 'keyv') return undefined;
  const text: unknown = key[1];
  return typeof text === 'string' ? text : undefined;
}

async function* batchesOf(hashes: AsyncIterable<KeyHash>, size: number): AsyncIterable<readonly KeyHash[]> {
  let batch: KeyHash[] = [];
  for await (const hash of hashes) {
    batch.push(hash);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
