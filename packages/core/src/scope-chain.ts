import { distinctRefs, type Blob, type BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';
import type { Digest } from './digest.js';
import type { Key } from './key.js';
import { withBlobs } from './with-blobs.js';

/**
 * A tier as seen from one of its scopes: written to in that scope alone, and read there, then in those that are more trusted, in
 * their order. What an entry here needs of blobs may be in any of them, so that a pull request stores only what `main` has not got.
 */
export class ScopeChain implements Cache {
  readonly blobs: BlobStore;
  readonly #own: Cache;
  readonly #scopes: readonly Cache[];

  /** `trusted`: never written to, not even to renew something. */
  constructor(own: Cache, trusted: readonly Cache[]) {
    this.blobs = new ScopedBlobStore(
      own.blobs,
      trusted.map(({ blobs }) => blobs),
    );
    this.#own = own;
    this.#scopes = [own, ...trusted];
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return await firstHits(this.#scopes, keys, async (scope, missing) =>
      withBlobs(await scope.getMetas(missing, options), this.blobs, options),
    );
  }

  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return await firstHits(this.#scopes, keys, (scope, missing) => scope.getMetas(missing, options));
  }

  put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    return this.#own.put(entry, options);
  }

  putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    return this.#own.putMany(entries, options);
  }

  delete(key: Key, options?: CallOptions): Promise<void> {
    return this.#own.delete(key, options);
  }
}

async function firstHits<Result extends CacheResult | MetaResult>(
  scopes: readonly Cache[],
  keys: readonly Key[],
  read: (scope: Cache, keys: readonly Key[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  let results: readonly Result[] | undefined;
  for (const scope of scopes) {
    const missing = keys.filter((_, i) => !results?.[i]!.hit);
    if (missing.length === 0) break;
    const found = (await read(scope, missing)).values();
    results = keys.map((_, i) => {
      const known = results?.[i];
      if (known?.hit) return known;
      const next = found.next().value!;
      // Of two misses the one that says more: that nothing is there says least.
      return known && !next.hit && next.reason === 'absent' ? known : next;
    });
  }
  return results ?? [];
}

/** Reads what is most trusted first: it has most of what is wanted, and a blob is the same wherever it is. */
class ScopedBlobStore implements BlobStore {
  readonly #own: BlobStore;
  readonly #stores: readonly BlobStore[];

  constructor(own: BlobStore, trusted: readonly BlobStore[]) {
    this.#own = own;
    // On this machine all scopes share one.
    this.#stores = [...new Set([...trusted].reverse().concat(own))];
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const found = new Map<Digest, BlobResult>();
    for (const store of this.#stores) {
      const wanted = refs.filter(({ digest }) => !found.get(digest)?.found);
      if (wanted.length === 0) break;
      const results = await store.getMany(distinctRefs(wanted), options);
      for (const [i, { digest }] of distinctRefs(wanted).entries()) {
        const [result, known] = [results[i]!, found.get(digest)];
        // That it is damaged in one says more than that it is missing in another.
        if (result.found || !known || result.reason !== 'blob-missing') found.set(digest, result);
      }
    }
    return eachItsOwn(refs, found);
  }

  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    return this.#own.putMany(blobs, options);
  }

  async findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    let missing = refs;
    for (const store of this.#stores) {
      if (missing.length > 0) missing = await store.findMissing(missing, options);
    }
    return missing;
  }

  deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    return this.#own.deleteMany(digests, options);
  }

  quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    return this.#own.quarantineMany(refs, options);
  }
}

/** The caller owns the bytes of each answer. */
function eachItsOwn(refs: readonly BlobRef[], found: ReadonlyMap<Digest, BlobResult>): readonly BlobResult[] {
  const given = new Set<Digest>();
  return refs.map(({ digest }) => {
    const result = found.get(digest)!;
    if (!result.found || !given.has(digest)) {
      given.add(digest);
      return result;
    }
    return { found: true, bytes: Uint8Array.from(result.bytes) };
  });
}
