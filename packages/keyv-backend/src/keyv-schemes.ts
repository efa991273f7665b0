import { resolve } from 'node:path';
import type { KeyvEntryLike } from './keyv-like.js';

/** How a URI becomes a storage adapter of Keyv. */
export interface KeyvScheme {
  readonly packageName: string;
  /** For the constructor of its class. `root`: the project's folder. */
  readonly argumentsFor: (uri: string, root: string) => readonly unknown[];
  /** Puts right what the adapter gets wrong for us. */
  readonly mend?: (adapter: MendableAdapter) => void;
  /** Where a value has to be shorter than by default: see `KeyvStoreOptions`. */
  readonly partBytes?: number;
  /** What is given a longer life than this is refused, or lost. */
  readonly maxTtlMs?: number;
}

export interface MendableAdapter {
  get(key: string): Promise<unknown>;
  setMany?(entries: readonly KeyvEntryLike[]): Promise<unknown>;
  iterator?(namespace?: string): AsyncIterable<readonly unknown[]>;
  disconnect?: () => Promise<void>;
  readonly client?: { close(): void };
  /** Of those that speak SQL. */
  query?(sql: string, ...parameters: readonly unknown[]): Promise<unknown>;
  readonly opts?: { readonly table?: string };
}

const dayMs = 24 * 60 * 60 * 1000;
/** Rows that are fetched at once to list keys. Ten by default. */
const iterationLimit = 100;

const sqlite: KeyvScheme = {
  packageName: '@keyv/sqlite',
  argumentsFor: (uri, root) => {
    const path = uri.replace('sqlite://', '');
    const inProject = path === ':memory:' ? path : resolve(root, path);
    // Without a timeout, the second of two processes that write at once would be told that it is down.
    return [{ uri: `sqlite://${inProject}`, busyTimeout: 1000, iterationLimit }];
  },
  // By itself it stores value after value, and waits for the disk after each: 2.7 ms, for 5,000 blobs 14 s.
  mend: (adapter) => {
    adapter.setMany = async (entries) => {
      const upsert = `INSERT INTO ${adapter.opts?.table} (key, value)
        SELECT json_extract(value, '$.key'), json_extract(value, '$.value') FROM json_each(?) WHERE true
        ON CONFLICT(key) DO UPDATE SET value = excluded.value`;
      await adapter.query?.(upsert, JSON.stringify(entries));
    };
  },
};

const postgres: KeyvScheme = {
  packageName: '@keyv/postgres',
  // Of a connection that nobody uses, the driver reports the end to its pool, where nobody listens, and that ends the process:
  // a restart of the server would end a check. So none is kept. One costs some milliseconds, a run some twenty of them.
  argumentsFor: (uri) => [{ uri, maxUses: 1, iterationLimit }],
};

const mongo: KeyvScheme = {
  packageName: '@keyv/mongo',
  // For this long the driver keeps the process from ending, where nobody listens.
  argumentsFor: (uri) => [uri, { serverSelectionTimeoutMS: 2000 }],
};

const mysql: KeyvScheme = {
  packageName: '@keyv/mysql',
  argumentsFor: (uri) => [uri],
  // Its table has a TEXT for the value: 65,535 bytes, and depending on its mode MySQL cuts off the rest without a word.
  partBytes: 45 * 1024,
};

const valkey: KeyvScheme = {
  packageName: '@keyv/valkey',
  // Else all keys ever are kept in a set without end, and a value that is refused passes for stored.
  argumentsFor: (uri) => [uri, { useRedisSets: false }],
  mend: (adapter) => {
    const iterator = adapter.iterator?.bind(adapter);
    // Without the set it puts more in front of a key than it looks for.
    if (iterator) adapter.iterator = (namespace = '') => iterator(`namespace:${namespace}`);
  },
};

const memcache: KeyvScheme = {
  packageName: '@keyv/memcache',
  argumentsFor: (uri) => [
    uri.replace('memcache://', '').replace(/\/$/, ''),
    {
      // Its own throws over a damaged value where nobody can catch it. Keyv has one as well.
      deserialize: String,
      // By default the driver writes to the console, in the middle of what the check says.
      logger: { log: () => {} },
    },
  ],
  mend: (adapter) => {
    const get = adapter.get.bind(adapter);
    // For a miss it answers something that has expired, which Keyv removes: another process may have stored it meanwhile.
    adapter.get = async (key) => {
      const found = await get(key);
      return typeof found === 'string' ? found : undefined;
    };
    // It has none of its own.
    adapter.disconnect = async () => adapter.client?.close();
  },
  // More than 30 days is a date to memcached, in 1970. Blobs live a quarter longer than this.
  maxTtlMs: 24 * dayMs,
};

export const schemes: ReadonlyMap<string, KeyvScheme> = new Map<string, KeyvScheme>([
  ['sqlite', sqlite],
  ['postgres', postgres],
  ['postgresql', postgres],
  ['mysql', mysql],
  ['mongodb', mongo],
  ['mongodb+srv', mongo],
  ['valkey', valkey],
  ['memcache', memcache],
  ['etcd', { packageName: '@keyv/etcd', argumentsFor: (uri) => [uri] }],
]);
