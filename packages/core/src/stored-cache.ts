import { blobOf, type Blob } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import {
  isBlobRef,
  type Cache,
  type CacheEntry,
  type CacheResult,
  type MetaHit,
  type MetaResult,
} from './cache.js';
import type { CallOptions } from './call-options.js';
import { loadChecksum, type ChecksumOf } from './checksum.js';
import { systemClock, type Clock } from './clock.js';
import { noEvents, type EventSink } from './events.js';
import { canonicalJson } from './json.js';
import { keyHashOf, type Key } from './key.js';
import { decodeMeta, encodeMeta, type NamedBlobRef } from './meta.js';
import type { MetaStore } from './meta-store.js';
import { sizeOf, tellResults } from './tell-results.js';

export interface StoredCacheOptions {
  /** Verifying: what this answers is handed out as it is. */
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
  /** Written into each meta, for people. */
  readonly writer: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: nobody is told. */
  readonly events?: EventSink;
}

/** A cache over one pair of stores: encodes and decodes metas, stores blobs before the metas that name them. */
export class StoredCache implements Cache {
  readonly blobs: BlobStore;
  readonly #metas: MetaStore;
  readonly #writer: string;
  readonly #clock: Clock;
  readonly #events: EventSink;

  constructor({ blobs, metas, writer, clock = systemClock, events = noEvents }: StoredCacheOptions) {
    this.blobs = blobs;
    this.#metas = metas;
    this.#writer = writer;
    this.#clock = clock;
    this.#events = events;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    const found = await this.#readMetas(keys, options);
    const refs = found.flatMap((result) => (result.hit ? [...result.meta.blobs.values()] : []));
    const blobs = (await this.blobs.getMany(refs, options)).values();
    const results = found.map((result) => (result.hit ? withBlobs(result, blobs) : result));
    tellResults(this.#events, keys, results);
    return results;
  }

  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    const found = await this.#readMetas(keys, options);
    tellResults(this.#events, keys, found);
    return found;
  }

  async put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    await this.putMany([entry], options);
  }

  async putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    const checksumOf = await loadChecksum();
    const prepared = entries.map((entry) => prepare(entry, checksumOf));
    // Blobs before metas: whoever reads a meta finds its blobs, even if this process dies in between.
    await this.blobs.putMany(
      prepared.flatMap(({ blobs }) => blobs),
      options,
    );
    const put = async ({ entry, refs, bytes }: PreparedEntry) => {
      const { key, attributes = {} } = entry;
      const meta = { key, blobs: refs, attributes, writer: this.#writer, time: this.#clock.now() };
      await this.#metas.put(keyHashOf(key), encodeMeta(meta, checksumOf), options);
      this.#events({ type: 'put', key, bytes });
    };
    const [first, then] = [
      prepared.filter(({ entry }) => entry.after === undefined),
      prepared.filter(({ entry }) => entry.after !== undefined),
    ];
    await allSettled(first.map(put));
    await allSettled(then.map(put));
  }

  async delete(key: Key, options?: CallOptions): Promise<void> {
    await this.#metas.delete(keyHashOf(key), options);
  }

  async #readMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    const checksumOf = await loadChecksum();
    const stored = await this.#metas.getMany(keys.map(keyHashOf), options);
    return stored.map((bytes, i) => readMeta(bytes, keys[i]!, checksumOf));
  }
}

/** At once: across a network that is one round trip. Ends when the last one has: none goes on behind the caller's back. */
async function allSettled(steps: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(steps);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function readMeta(bytes: Uint8Array | undefined, key: Key, checksumOf: ChecksumOf): MetaResult {
  if (bytes === undefined) return { hit: false, reason: 'absent' };
  const decoded = decodeMeta(bytes, checksumOf);
  if (!decoded.ok) return { hit: false, reason: decoded.reason };
  // A whole and valid meta in the wrong place (a mixed-up restore of a backup, say) is not this key's meta.
  if (canonicalJson(decoded.meta.key) !== canonicalJson(key)) return { hit: false, reason: 'meta-corrupt' };
  return { hit: true, meta: decoded.meta };
}

function withBlobs({ meta }: MetaHit, results: Iterator<BlobResult, undefined>): CacheResult {
  const blobs = new Map<string, Uint8Array>();
  let miss: CacheResult | undefined;
  for (const name of meta.blobs.keys()) {
    const result = results.next().value!;
    if (result.found) blobs.set(name, result.bytes);
    else miss ??= { hit: false, reason: result.reason };
  }
  return miss ?? { hit: true, meta, blobs };
}

interface PreparedEntry {
  readonly entry: CacheEntry;
  readonly blobs: readonly Blob[];
  readonly refs: ReadonlyMap<string, NamedBlobRef>;
  readonly bytes: number;
}

function prepare(entry: CacheEntry, checksumOf: ChecksumOf): PreparedEntry {
  const blobs: Blob[] = [];
  const refs = new Map<string, NamedBlobRef>();
  for (const [name, value] of Object.entries(entry.blobs)) {
    if (isBlobRef(value)) {
      refs.set(name, value);
      continue;
    }
    const blob = blobOf(value, checksumOf);
    blobs.push(blob);
    refs.set(name, blob.ref);
  }
  return { entry, blobs, refs, bytes: sizeOf(blobs.map((blob) => blob.bytes)) };
}
