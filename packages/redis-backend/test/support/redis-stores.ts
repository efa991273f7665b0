import { randomUUID } from 'node:crypto';
import { blobOf, loadChecksum, type Blob, type Digest } from '@cleanmiss/core';
import {
  openRedisStore,
  parseRedisUrl,
  type RedisStore,
  type RedisStoreOptions,
} from '@cleanmiss/redis-backend';
import { openWire } from '../../src/open-wire.js';
import { RedisConnection } from '../../src/redis-connection.js';
import { RedisKeys } from '../../src/redis-keys.js';
import { getValue, setValue } from '../../src/values.js';

const checksumOf = await loadChecksum();

export interface StoreUnderTest {
  readonly store: RedisStore;
  readonly namespace: string;
  readonly keys: RedisKeys;
  /** Behind the store's back. */
  readonly values: Values;
  /** Changes the first part of a blob. */
  readonly damage: (digest: Digest, change: (bytes: Uint8Array) => Uint8Array) => Promise<void>;
  readonly close: () => void;
}

/** A store that no other test sees, on a server that they share. */
export function openStore(url: string, options: Omit<RedisStoreOptions, 'url'> = {}): StoreUnderTest {
  const { namespace = randomUUID() } = options;
  const keys = new RedisKeys(namespace);
  // A busy machine may need a while; what a timeout does is tried where it is the point.
  const store = openRedisStore({ connectTimeoutMs: 10_000, ...options, url, namespace });
  const values = new Values(url);
  return {
    store,
    namespace,
    keys,
    values,
    damage: (digest, change) => values.change(keys.part(digest, 0), change),
    close: () => {
      store.close();
      values.close();
    },
  };
}

export class Values {
  readonly #connection: RedisConnection;

  constructor(url: string) {
    const target = parseRedisUrl(url);
    this.#connection = new RedisConnection({
      name: 'the test',
      connectTimeoutMs: 10_000,
      open: (session) => openWire({ ...session, target, tls: undefined }),
    });
  }

  async get(key: string): Promise<Buffer> {
    const value = await this.#connection.call(undefined, 64 * 1024 * 1024, (wire) => getValue(wire, key));
    if (value === undefined) throw new Error(`nothing stands under ${key}`);
    return value;
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#connection.call(undefined, 0, (wire) => setValue(wire, key, Buffer.from(value), 60_000));
  }

  async change(key: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
    await this.set(key, change(await this.get(key)));
  }

  close(): void {
    this.#connection.close();
  }
}

export function blob(content: string | Uint8Array): Blob {
  return blobOf(Buffer.from(content), checksumOf);
}
