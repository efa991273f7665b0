import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import { noEvents, type EventSink } from './events.js';
import { canonicalJson, type JsonObject } from './json.js';
import type { Key } from './key.js';
import type { Meta } from './meta.js';
import { handsOf } from './origins.js';
import { revocationsKey, revocationToJson, revokes, type Judged, type Revocation } from './revocation.js';

/** What is known to be revoked, of all tiers together: what one of them says holds for all, as what is in one may come from another. */
export class RevocationList {
  readonly #byTier = new Map<string, readonly Revocation[]>();

  get isEmpty(): boolean {
    return [...this.#byTier.values()].every((revocations) => revocations.length === 0);
  }

  byTier(): ReadonlyMap<string, readonly Revocation[]> {
    return this.#byTier;
  }

  /** What a tier says now, in place of what it said before; answers whether that is news. */
  learn(tier: string, revocations: readonly Revocation[]): boolean {
    const textOf = (list: readonly Revocation[] = []) => canonicalJson(list.map(revocationToJson));
    const isNews = textOf(this.#byTier.get(tier)) !== textOf(revocations);
    this.#byTier.set(tier, revocations);
    return isNews;
  }

  revokes(entry: Judged): boolean {
    return [...this.#byTier.values()].flat().some((revocation) => revokes(revocation, entry));
  }
}

export interface RevocableCacheOptions {
  readonly list: RevocationList;
  /** Default: nobody is told. */
  readonly events?: EventSink;
  /**
   * Ask the cache below for its record of revocations, in the same batch as the first metas, and tell this its attributes. They hold
   * from that batch on, so that it costs no round trip. `undefined`: there is no record, or none that is trusted. Default: not asked.
   */
  readonly learn?: (attributes: JsonObject | undefined) => Promise<void> | void;
}

/** Makes a miss of what was revoked. Reads only; costs a look at each meta that is found. */
export class RevocableCache implements Cache {
  readonly blobs: BlobStore;
  readonly #inner: Cache;
  readonly #options: RevocableCacheOptions;
  #isLearnt = false;

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
    if (!learn || this.#isLearnt) return (await read(keys)).map((result) => this.#judge(result));
    const results = await read([...keys, revocationsKey]);
    const found = results.at(-1)!;
    // A tier that did not answer is asked again the next time.
    if (found.hit || found.reason !== 'unavailable') {
      this.#isLearnt = true;
      await learn(found.hit ? found.meta.attributes : undefined);
    }
    return results.slice(0, -1).map((result) => this.#judge(result));
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
