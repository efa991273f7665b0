import { randomInt } from 'node:crypto';
import {
  CacheError,
  defaultTtlMs,
  lifetimesOf,
  systemClock,
  type BlobStore,
  type CallOptions,
  type Clock,
  type MetaStore,
} from '@cleanmiss/core';
import { openWire } from './open-wire.js';
import { RedisBlobStore } from './redis-blob-store.js';
import { RedisConnection } from './redis-connection.js';
import { RedisKeys } from './redis-keys.js';
import { RedisMetaStore } from './redis-meta-store.js';
import { probeRedis, type RedisFacts } from './redis-probe.js';
import type { RedisSessionOptions } from './redis-session.js';
import { parseRedisUrl, redisNameOf, type RedisTarget, type RedisTlsFiles } from './redis-url.js';
import { tlsOptionsOf } from './tls-options.js';

export interface RedisStoreOptions {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** Keeps what is stored under one name from what is stored under another on the same server. Default: `default`. */
  readonly namespace?: string;
  /**
   * The part of the namespace to use, which a server's access list can keep others from writing to, by the pattern
   * `cleanmiss:1:NAMESPACE@SCOPE:*`. Default: none; what is in a scope is not to be seen then.
   */
  readonly scope?: string | undefined;
  /** Metas that nobody puts again are gone after so long, their blobs a quarter later. Default: 30 days. */
  readonly ttlMs?: number;
  /** Connecting takes no longer, with everything that belongs to it. Default: 1000. */
  readonly connectTimeoutMs?: number;
  /** Add to what the URL says, and come before it. Only for URLs with TLS. Default: none. */
  readonly tls?: RedisTlsFiles;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface RedisTraffic {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface RedisStores {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
}

export interface RedisStore extends RedisStores {
  /**
   * Another scope of the namespace, over the same connections, only to be read: not even what is found there is renewed.
   *
   * @throws {CacheError} `ERR_CONFIG`
   */
  scope(name: string): RedisStores;
  /** Host and port, for messages. */
  readonly name: string;
  /** Looks at the server, for people. */
  probe(options?: CallOptions): Promise<RedisFacts>;
  /** Bytes over the wire so far, protocol and TLS included. */
  traffic(): RedisTraffic;
  /** At once, and for ever: what is still waiting rejects with an outage, and nothing keeps the process alive. */
  close(): void;
}

const defaultConnectTimeoutMs = 1000;

/**
 * Does no I/O: the first call connects, and so does the first one after a connection has ended. Two connections, so
 * that small questions do not wait behind blobs; the one for blobs is made with the first blob.
 *
 * @throws {CacheError} `ERR_CONFIG` for the URL, the namespace and TLS, else `ERR_INVALID_OPTION`
 */
export function openRedisStore(options: RedisStoreOptions): RedisStore {
  const target = targetOf(options);
  const { namespace = 'default', scope } = options;
  const keys = new RedisKeys(namespace, scope);
  const lifetimes = lifetimesOf(options.ttlMs ?? defaultTtlMs);
  const session = sessionOptions(target, timeoutOf(options.connectTimeoutMs ?? defaultConnectTimeoutMs));
  const bulk = new RedisConnection(session);
  const control = new RedisConnection(session);
  const { clock = systemClock } = options;
  const common = { bulk, control, lifetimes };
  const storesOf = (names: RedisKeys, renews: boolean): RedisStores => ({
    blobs: new RedisBlobStore({ ...common, keys: names, newTag: () => randomInt(2 ** 32), renews }),
    metas: new RedisMetaStore({ ...common, keys: names }),
  });
  return {
    ...storesOf(keys, true),
    scope: (name) => storesOf(new RedisKeys(namespace, name), false),
    name: session.name,
    probe: (call) => probeRedis({ control, keys, mode: target.mode, clock }, call),
    traffic: () => total(bulk.traffic(), control.traffic()),
    close: () => {
      bulk.close();
      control.close();
    },
  };
}

function targetOf({ url, tls }: RedisStoreOptions): RedisTarget {
  const target = parseRedisUrl(url);
  if (tls === undefined) return target;
  if (!target.tls) throw new CacheError('ERR_CONFIG', 'TLS options need a URL with TLS: rediss://');
  return { ...target, tls: { ...target.tls, ...tls } };
}

function sessionOptions(target: RedisTarget, connectTimeoutMs: number): RedisSessionOptions {
  const name = redisNameOf(target);
  return {
    name,
    connectTimeoutMs,
    open: async (session) => {
      const tls = target.tls && (await tlsOptionsOf(target.tls, name));
      return openWire({ ...session, target, tls });
    },
  };
}

function timeoutOf(connectTimeoutMs: number): number {
  if (Number.isSafeInteger(connectTimeoutMs) && connectTimeoutMs > 0) return connectTimeoutMs;
  const rule = 'connectTimeoutMs must be whole milliseconds, one or more';
  throw new CacheError('ERR_INVALID_OPTION', `${rule}; it is ${connectTimeoutMs}`);
}

function total(a: RedisTraffic, b: RedisTraffic): RedisTraffic {
  return { receivedBytes: a.receivedBytes + b.receivedBytes, sentBytes: a.sentBytes + b.sentBytes };
}
