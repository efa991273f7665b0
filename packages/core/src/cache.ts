import type { BlobRef } from './blob-ref.js';
import type { BlobStore } from './blob-store.js';
import type { CallOptions } from './call-options.js';
import type { JsonObject } from './json.js';
import type { Key } from './key.js';
import type { Meta, NamedBlobRef } from './meta.js';
import type { MissReason } from './miss-reason.js';
import type { Origin } from './origins.js';

export interface Miss {
  readonly hit: false;
  readonly reason: MissReason;
}
export interface MetaHit {
  readonly hit: true;
  readonly meta: Meta;
}
export interface Hit extends MetaHit {
  /** Exactly the bytes that the meta names, by name. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}
export type MetaResult = MetaHit | Miss;
export type CacheResult = Hit | Miss;

export interface CacheEntry {
  readonly key: Key;
  /** Bytes to store, or a reference to a blob that the caller has stored through `Cache.blobs` already. */
  readonly blobs: Readonly<Record<string, Uint8Array | NamedBlobRef>>;
  readonly attributes?: JsonObject;
  /** It says something of this machine alone: tiers that others share are not told. Default: false. */
  readonly localOnly?: boolean;
  /** The key of an entry of the same call without which this one leads nowhere: it is put after that one, or not at all. */
  readonly after?: Key;
  /** Who had a hand in what this was made from: see `Meta.origins`. Default: nobody. */
  readonly origins?: readonly Origin[];
  /** Of an entry that is brought from one tier to another: who wrote it, and when. Default: this cache's writer, now. */
  readonly written?: Written;
}

/** As in a meta. */
export type Written = Pick<Meta, 'writer' | 'time'>;

/**
 * Key to (meta, blobs). A reader gets exactly the bytes that the meta names, or a miss with a reason: never
 * something else, and never an exception for what stands in the store.
 */
export interface Cache {
  get(key: Key, options?: CallOptions): Promise<CacheResult>;
  /** One result per key, in the keys' order. */
  getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]>;
  /** The metas alone, for whoever wants some of the blobs, or none. One batch. */
  getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]>;
  put(entry: CacheEntry, options?: CallOptions): Promise<void>;
  /** Every blob of every entry first, then the metas, in no order but that of `after`. */
  putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void>;
  /** Blobs first, meta next, is the order of writing; deletion goes the other way: this takes the meta alone. */
  delete(key: Key, options?: CallOptions): Promise<void>;
  /** The verified blobs under the metas. */
  readonly blobs: BlobStore;
}

export function isBlobRef(value: Uint8Array | NamedBlobRef): value is NamedBlobRef & BlobRef {
  return !(value instanceof Uint8Array);
}
