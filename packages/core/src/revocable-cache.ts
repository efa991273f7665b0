import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import { systemClock, type Clock } from './clock.js';
import { noEvents, type EventSink } from './events.js';
import { canonicalJson, type JsonObject } from './json.js';
import type { Key } from './key.js';
import type { Meta } from './meta.js';
import { handsOf } from './origins.js';
import type { RevocationList } from './revocation-list.js';
import { saidIn } from './revocation-record.js';
import { revocationsKey, type Judged } from './revocation.js';

export interface RevocableCacheOptions {
  readonly list: RevocationList;
  /** Default: nobody is told. */
  readonly events?: EventSink;
  /**
   * Ask the cache below for its record of revocations, in the same batch as the first metas, and tell this its attributes. They hold
   * from that batch on, so that it costs no round trip; 10 minutes later it is asked once more. `undefined`: there is no record, or none
   * that is trusted. Whatever it rejects with, the read does. Default: not asked.
   */
  readonly learn?: (attributes: JsonObject | undefined) => Promise<void> | void;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** A process may live for days. */
const maxSilenceMs = 10 * 60 * 1000;

/** Makes a miss of what was revoked. Reads only; costs a look at each meta that is found. */
export class RevocableCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;
  readonly #options: RevocableCacheOptions;
  #learntAt: number | undefined;

  constructor(inner: Cache, options: RevocableCacheOptions) {
    this.blobs = inner.blobs;
    this.#inner = inner;
    this.#options = options;
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return await this.#read(keys, (all) => this.#inner.getMany(all, options));
  }

  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return await this.#read(keys, (all) => this.#inner.getMetas(all, options));
  }

  put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    return this.#inner.put(entry, options);
  }

  putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    return this.#inner.putMany(entries, options);
  }

  delete(key: Key, options?: CallOptions): Promise<void> {
    return this.#inner.delete(key, options);
  }

  async #read<Result extends CacheResult | MetaResult>(
    keys: readonly Key[],
    read: (keys: readonly Key[]) => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> {
    const { learn } = this.#options;
    if (!learn || !this.#isDue()) return (await read(keys)).map((result) => this.#judge(result));
    const results = await read([...keys, revocationsKey]);
    const found = results.at(-1)!;
    // A tier that did not answer is asked again the next time.
    if (found.hit || found.reason !== 'unavailable') {
      this.#learntAt = this.#now();
      await learn(found.hit ? saidIn(found.meta, this.#options.list.revocations) : undefined);
    }
    return results.slice(0, -1).map((result) => this.#judge(result));
  }

  #isDue(): boolean {
    // A clock that was set back must not keep us from asking.
    return this.#learntAt === undefined || Math.abs(this.#now() - this.#learntAt) >= maxSilenceMs;
  }

  #now(): number {
    return (this.#options.clock ?? systemClock).now();
  }

  #judge<Result extends CacheResult | MetaResult>(result: Result): Result {
    const { list, events = noEvents } = this.#options;
    if (!result.hit || list.isEmpty || !list.revokes(judgedOf(result.meta)) || isRevocations(result.meta.key))
      return result;
    events({ type: 'untrusted', key: result.meta.key, why: 'revoked', signedBy: result.meta.signature?.key });
    return { hit: false, reason: 'untrusted' } as Result;
  }
}

function judgedOf(meta: Meta): Judged {
  return { hands: handsOf(meta), attributes: meta.attributes };
}

/** Whoever was revoked may still have revoked something. */
function isRevocations(key: Key): boolean {
  return canonicalJson(key) === canonicalJson(revocationsKey);
}
