import {
  CacheError,
  maxMetaBytes,
  type CallOptions,
  type KeyHash,
  type MetaStore,
  type Lifetimes,
} from '@cleanmiss/core';
import { batchesOf } from './batches.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { redisOutage } from './redis-outage.js';
import type { RedisReply } from './redis-node.js';
import { getValue, setValue, unlinkValue } from './values.js';

export interface RedisMetaStoreOptions {
  readonly control: RedisConnection;
  readonly keys: RedisKeys;
  readonly lifetimes: Lifetimes;
}

/** All the metas of a batch together. Two hundred refs of a project are 0.1 MB. */
const maxBatchBytes = 64 * 1024 * 1024;
const keysPerBatch = 2048;
const keysPerScan = 1000;
const keyNameBytes = 512;

/**
 * One value a meta. A read does not renew it: its blobs would not be renewed with it, and it would outlive them. Who uses a
 * snapshot renews its blobs (`findMissing`), then puts its meta again.
 */
export class RedisMetaStore implements MetaStore {
  readonly #options: RedisMetaStoreOptions;

  constructor(options: RedisMetaStoreOptions) {
    this.#options = options;
  }

  async getMany(
    keys: readonly KeyHash[],
    options?: CallOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const { control, keys: names } = this.#options;
    const found: (Uint8Array | undefined)[] = [];
    for (const batch of batchesOf(keys, { items: keysPerBatch })) {
      const bytes = Math.min(batch.length * maxMetaBytes, maxBatchBytes);
      const values = await control.call(options, bytes, (wire) =>
        Promise.all(batch.map((key) => getValue(wire, names.meta(key)))),
      );
      // Copied out of what the socket delivered, which is longer and shared.
      for (const value of values) found.push(value && Uint8Array.from(value));
    }
    return found;
  }

  async put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    const { control, keys, lifetimes } = this.#options;
    if (bytes.length > maxMetaBytes) {
      const limit = `a meta has at most ${maxMetaBytes} bytes; this one has ${bytes.length}`;
      throw new CacheError('ERR_INVALID_OPTION', limit);
    }
    const value = Buffer.from(bytes);
    await control.call(options, 0, (wire) => setValue(wire, keys.meta(key), value, lifetimes.metaTtlMs));
  }

  async delete(key: KeyHash, options?: CallOptions): Promise<void> {
    const { control, keys } = this.#options;
    await control.call(options, 0, (wire) => unlinkValue(wire, keys.meta(key)));
  }

  async *list(options?: CallOptions): AsyncIterable<KeyHash> {
    const { control, keys } = this.#options;
    const listed = new Set<KeyHash>();
    const primaries = await control.call(options, 0, async (wire) => wire.primaries);
    for (const primary of primaries) {
      let cursor = '0';
      do {
        const command = ['SCAN', cursor, 'MATCH', keys.metaPattern, 'COUNT', String(keysPerScan)];
        const reply = await control.call(options, keysPerScan * keyNameBytes, (wire) =>
          wire.sendTo(primary, command),
        );
        const page = pageOf(reply, primary);
        for (const name of page.names) {
          const key = keys.keyHashOf(name);
          // The server may tell of a key twice.
          if (key === undefined || listed.has(key)) continue;
          listed.add(key);
          yield key;
        }
        cursor = page.cursor;
      } while (cursor !== '0');
    }
  }
}

function pageOf(reply: RedisReply, name: string): { readonly cursor: string; readonly names: string[] } {
  const [cursor, names] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
  if (!(cursor instanceof Buffer) || !Array.isArray(names)) {
    throw redisOutage(name, 'it does not list its keys as it should');
  }
  return { cursor: cursor.toString(), names: names.map(String) };
}
