import {
  digestOf,
  systemClock,
  type Blob,
  type BlobRef,
  type BlobResult,
  type BlobStore,
  type CallOptions,
  type Clock,
  type Digest,
} from '@cleanmiss/core';
import type { KeyvParts, StoredWhole, Whole } from './keyv-parts.js';

export interface KeyvBlobStoreOptions {
  readonly parts: KeyvParts;
  /** A blob that has less than this before it, in milliseconds, is renewed by whoever finds it present. */
  readonly renewBelowMs: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Blobs in parts: one value each, for all but a few. */
export class KeyvBlobStore implements BlobStore {
  readonly #parts: KeyvParts;
  readonly #renewBelowMs: number;
  readonly #clock: Clock;

  constructor({ parts, renewBelowMs, clock = systemClock }: KeyvBlobStoreOptions) {
    this.#parts = parts;
    this.#renewBelowMs = renewBelowMs;
    this.#clock = clock;
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const results = new Map<string, BlobResult>();
    for await (const batch of this.#parts.read(distinct(refs), options)) {
      for (const [ref, stored] of batch) results.set(nameOf(ref), this.#resultOf(ref, stored));
    }
    const given = new Set<string>();
    return refs.map((ref) => {
      const name = nameOf(ref);
      const result = results.get(name)!;
      // Each caller owns its bytes: who asks for a blob twice gets it twice.
      return given.has(name) ? copyOf(result) : (given.add(name), result);
    });
  }

  async putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    await this.#parts.write(new Map(blobs.map(({ ref, bytes }) => [ref.digest, bytes])), options);
  }

  /**
   * Reads the blobs. `has` would be cheaper, and wrong: it says nothing of when something expires, to the databases it says
   * that what has expired is there, and to memcached that nothing is when it fails. Keyv has no way to ask for more than
   * that but the value, and no way to renew it but the value. 5,000 blobs of a mypy state are 5 MB.
   */
  async findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    const missing = new Set<string>();
    for await (const batch of this.#parts.read(distinct(refs), options)) {
      const old: (readonly [string, readonly string[]])[] = [];
      for (const [ref, stored] of batch) {
        if (stored.kind !== 'stored') missing.add(nameOf(ref));
        else if (this.#isYoung(stored.expires)) continue;
        // What is stored again may meet a repair that came after we read it: it has to be as good.
        else if (this.#isGood(ref, stored.texts)) old.push([ref.digest, stored.texts]);
        else missing.add(nameOf(ref));
      }
      await this.#parts.renew(old, options);
    }
    return refs.filter((ref) => missing.has(nameOf(ref)));
  }

  async deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    for (const digest of new Set(digests)) await this.#parts.remove(digest, options);
  }

  /**
   * Removes what is not what its name says: there is no place for it to be kept in. Keyv cannot remove a value only if it is
   * still the one that we have looked at: a repair that comes between our last look and the removal is removed with
   * it. Then the blob is missing, which is a miss, and the next writer stores it.
   */
  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    for (const digest of new Set(refs.map((ref) => ref.digest))) {
      if (await this.#isDamaged(digest, options)) await this.#parts.remove(digest, options);
    }
  }

  async #isDamaged(digest: Digest, options?: CallOptions): Promise<boolean> {
    // As long as the store says that it is: a ref may be wrong as well.
    const size = (await this.#parts.sizeOf(digest, options)) ?? 0;
    for await (const [[whole, stored] = []] of this.#parts.read([{ digest, size }], options)) {
      if (whole === undefined || stored?.kind !== 'stored') return true;
      return !this.#isGood(whole, stored.texts);
    }
    return true;
  }

  #isYoung(expires: number): boolean {
    return expires - this.#clock.now() >= this.#renewBelowMs;
  }

  #isGood({ digest, size }: Whole, texts: readonly string[]): boolean {
    const bytes = this.#parts.unpack(size, texts);
    return bytes !== undefined && digestOf(bytes) === digest;
  }

  #resultOf({ size }: BlobRef, stored: StoredWhole): BlobResult {
    if (stored.kind === 'absent') return { found: false, reason: 'blob-missing' };
    const bytes = stored.kind === 'stored' ? this.#parts.unpack(size, stored.texts) : undefined;
    // Damaged: bytes of a length that cannot be right. Whoever verifies sees it at once, and has it quarantined.
    return { found: true, bytes: bytes ?? new Uint8Array(size === 0 ? 1 : 0) };
  }
}

function nameOf({ digest, size }: BlobRef): string {
  return `${digest}.${size}`;
}

function distinct(refs: readonly BlobRef[]): Iterable<BlobRef> {
  return new Map(refs.map((ref) => [nameOf(ref), ref])).values();
}

function copyOf(result: BlobResult): BlobResult {
  return result.found ? { found: true, bytes: Uint8Array.from(result.bytes) } : result;
}
