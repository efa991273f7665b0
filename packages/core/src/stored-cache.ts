import { setMaxListeners } from 'node:events';
import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import { loadChecksum, type ChecksumOf } from './checksum.js';
import { systemClock, type Clock } from './clock.js';
import { noEvents, type EventSink } from './events.js';
import { canonicalJson } from './json.js';
import { keyHashOf, type Key } from './key.js';
import { decodeMeta, encodeMeta, signedPartOf, type Meta } from './meta.js';
import type { StoredEntry } from './journal.js';
import type { MetaStore } from './meta-store.js';
import { prepareEntry, type PreparedEntry } from './prepare-entry.js';
import { statementOf, type Trust } from './signature.js';
import { withBlobs } from './with-blobs.js';

export interface StoredCacheOptions {
  /** Verifying: what this answers is handed out as it is. */
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
  /** Written into each meta, for people. */
  readonly writer: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Told of metas that are not trusted. Default: nobody is told. */
  readonly events?: EventSink;
  /** How metas are signed and verified. Default: they are not, and whatever is found is trusted. */
  readonly trust?: Trust;
}

/** A cache over one pair of stores: encodes and decodes metas, stores blobs before the metas that name them. */
export class StoredCache implements Cache {
  readonly blobs: BlobStore;
  readonly #metas: MetaStore;
  readonly #writer: string;
  readonly #clock: Clock;
  readonly #events: EventSink;
  readonly #trust: Trust | undefined;

  constructor({ blobs, metas, writer, clock = systemClock, events = noEvents, trust }: StoredCacheOptions) {
    this.blobs = blobs;
    this.#metas = metas;
    this.#writer = writer;
    this.#clock = clock;
    this.#events = events;
    this.#trust = trust;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return await withBlobs(await this.#readMetas(keys, options), this.blobs, options);
  }

  getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return this.#readMetas(keys, options);
  }

  async put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    await this.putMany([entry], options);
  }

  async putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    const checksumOf = await loadChecksum();
    const prepared = entries.map((entry) => prepareEntry(entry, checksumOf));
    // Blobs before metas: whoever reads a meta finds its blobs, even if this process dies in between.
    await this.blobs.putMany(
      prepared.flatMap(({ blobs }) => blobs),
      options,
    );
    // Each put under way listens to it until it is done: that so many do is no leak, of which Node would warn.
    if (options?.signal) setMaxListeners(0, options.signal);
    const put = async ({ entry }: PreparedEntry) => {
      await this.#metas.put(keyHashOf(entry.key), this.#encode(entry, checksumOf), options);
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
    return stored.map((bytes, i) => this.#readMeta(bytes, keys[i]!, checksumOf));
  }

  #encode(
    { key, blobs, attributes, origins = [], written }: StoredEntry,
    checksumOf: ChecksumOf,
  ): Uint8Array {
    const { writer, time } = written ?? { writer: this.#writer, time: this.#clock.now() };
    const { namespace, signer } = this.#trust ?? {};
    const meta = { key, blobs: new Map(Object.entries(blobs)), attributes, writer, time, origins };
    const sign = (body: string) => signer!.sign(statementOf(namespace!, canonicalJson(key), body));
    return encodeMeta(meta, checksumOf, signer && sign);
  }

  #readMeta(bytes: Uint8Array | undefined, key: Key, checksumOf: ChecksumOf): MetaResult {
    if (bytes === undefined) return { hit: false, reason: 'absent' };
    const decoded = decodeMeta(bytes, checksumOf);
    if (!decoded.ok) return { hit: false, reason: decoded.reason };
    const { meta } = decoded;
    const text = canonicalJson(key);
    // A whole and valid meta in the wrong place (a mixed-up restore of a backup, say) is not this key's meta.
    if (canonicalJson(meta.key) !== text) return { hit: false, reason: 'meta-corrupt' };
    const { namespace, verifier } = this.#trust ?? {};
    // Nobody has looked whether it is one.
    if (!verifier) return { hit: true, meta: withoutSignature(meta) };
    const why = verifier.distrust(statementOf(namespace!, text, signedPartOf(bytes)), meta.signature);
    if (why === undefined) return { hit: true, meta };
    this.#events({ type: 'untrusted', key, why, signedBy: meta.signature?.key });
    return { hit: false, reason: 'untrusted' };
  }
}

function withoutSignature({ key, blobs, attributes, writer, time, origins }: Meta): Meta {
  return { key, blobs, attributes, writer, time, origins };
}

/** At once: across a network that is one round trip. Ends when the last one has: none goes on behind the caller's back. */
async function allSettled(steps: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(steps);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
