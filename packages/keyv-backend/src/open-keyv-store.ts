import {
  CacheError,
  defaultTtlMs,
  lifetimesOf,
  systemClock,
  type BlobStore,
  type Clock,
  type MetaStore,
} from '@cleanmiss/core';
import { KeyvBlobStore } from './keyv-blob-store.js';
import { KeyvKeys } from './keyv-keys.js';
import type { KeyvLike } from './keyv-like.js';
import { KeyvMetaStore } from './keyv-meta-store.js';
import { outageOfStore } from './keyv-outage.js';
import { KeyvParts } from './keyv-parts.js';
import { WatchedKeyv } from './watched-keyv.js';

export interface KeyvStoreOptions {
  /**
   * A `Keyv` of version 5, without compression, over any storage adapter. Ours alone from now on: it and its adapter are told to
   * throw on errors, and its deserializer no longer throws. Its namespace comes in front of our keys: anything but `cleanmiss`.
   */
  readonly keyv: KeyvLike;
  /** Keeps what is stored under one name from what is stored under another in the same store. Default: `default`. */
  readonly namespace?: string;
  /** The part of the namespace to use. Default: none; what is in a scope is not to be seen then. */
  readonly scope?: string | undefined;
  /** Metas that nobody puts again are gone after so long, their blobs a quarter later, in milliseconds. Default: 30 days. */
  readonly ttlMs?: number;
  /** For messages: what it is, without credentials. Default: `a Keyv store`. */
  readonly name?: string;
  /**
   * Bytes of content in one value, which is a third longer as a text, and some 70 letters. A part of the format: all who share a
   * store use the same. Default: 512 KiB, with which memcached's limit of 1 MiB is kept, the lowest but that of MySQL.
   */
  readonly partBytes?: number;
  /** Texts that must not be in a message, whatever a driver says. Default: none. */
  readonly secrets?: readonly string[];
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface KeyvStores {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
}

export interface KeyvTier extends KeyvStores {
  /**
   * Another scope of the namespace, only to be read: what is found there is not renewed.
   *
   * @throws {CacheError} `ERR_CONFIG`
   */
  scope(name: string): KeyvStores;
  /** For messages. */
  readonly name: string;
  /** For ever: what is under way, or comes later, rejects with an outage. Waits a second for the adapter to disconnect. */
  close(): Promise<void>;
}

const defaultPartBytes = 512 * 1024;

/**
 * Of a meta's life. Keyv cannot prolong a life, only store a value once more; so that it is not done each time, it is done once in
 * an eighth of that (four days of thirty). What is left then is an eighth more than a meta lives that is put now: a day for each eight
 * days of it to get it stored.
 */
const renewBelow = 1.125;

/**
 * A Keyv store as a tier.
 *
 * @throws {CacheError} `ERR_CONFIG` for the namespace, else `ERR_INVALID_OPTION`
 */
export function openKeyvStore(options: KeyvStoreOptions): KeyvTier {
  const { name = 'a Keyv store', secrets = [], clock = systemClock } = options;
  const partBytes = checkedPartBytes(options.partBytes ?? defaultPartBytes);
  const { metaTtlMs, blobTtlMs } = lifetimesOf(options.ttlMs ?? defaultTtlMs);
  const renewBelowMs = Math.ceil(metaTtlMs * renewBelow);
  const { namespace = 'default' } = options;
  const ownKeys = new KeyvKeys(namespace, options.scope);
  const keyv = new WatchedKeyv(checkedKeyv(options.keyv, ownKeys), outageOfStore(name, secrets));
  const storesOf = (keys: KeyvKeys, renews: boolean): KeyvStores => {
    const blobParts = new KeyvParts({ keyv, keyOf: keys.blobPart, partBytes, ttlMs: blobTtlMs });
    const metaParts = new KeyvParts({ keyv, keyOf: keys.metaPart, partBytes, ttlMs: blobTtlMs });
    return {
      blobs: new KeyvBlobStore({ parts: blobParts, renewBelowMs: renews ? renewBelowMs : 0, clock }),
      metas: new KeyvMetaStore({ keyv, keys, parts: metaParts, partBytes, ttlMs: metaTtlMs }),
    };
  };
  return {
    ...storesOf(ownKeys, true),
    scope: (other) => storesOf(new KeyvKeys(namespace, other), false),
    name,
    close: () => keyv.close(),
  };
}

function checkedKeyv(keyv: KeyvLike, keys: KeyvKeys): KeyvLike {
  // It would unpack where we cannot tell a damaged value from a store that is down. And everything is packed already.
  if (keyv.compression !== undefined)
    throw refused('keyv must not compress: values are packed before it sees them');
  // Keyv puts its namespace in front of a key, unless the key begins like that already: but only some of its methods look.
  if (keyv.namespace && keys.prefix.startsWith(`${keyv.namespace}:`)) {
    throw refused(`keyv needs another namespace than ${keyv.namespace}: keys in it begin with that already`);
  }
  return keyv;
}

function refused(why: string): CacheError {
  return new CacheError('ERR_INVALID_OPTION', why);
}

function checkedPartBytes(partBytes: number): number {
  if (Number.isSafeInteger(partBytes) && partBytes >= 1024) return partBytes;
  throw refused(`partBytes must be whole bytes, 1024 or more; it is ${partBytes}`);
}
