import { distinctRefs, type Blob, type BlobRef } from './blob-ref.js';
import type { BlobResult, BlobStore } from './blob-store.js';
import type { CallOptions } from './call-options.js';
import type { Digest } from './digest.js';
import type { EventSink } from './events.js';
import { failOpen } from './fail-open.js';
import type { FillQueue } from './fill-queue.js';
import type { BlobMissReason } from './miss-reason.js';

export interface BlobTier {
  readonly name: string;
  /** Verifying. */
  readonly blobs: BlobStore;
  /** False: it is only read. */
  readonly isWritten: boolean;
}

export interface TieredBlobStoreOptions {
  readonly local: BlobStore;
  /** Asked in this order. */
  readonly remotes: readonly BlobTier[];
  /** `undefined`: what is found is not kept. */
  readonly fill: FillQueue | undefined;
  readonly events: EventSink;
}

/**
 * Reads from the local tier, then from the remotes what that has not got, and keeps it. Writes to the local tier alone:
 * remotes are told by a journal. A remote that is out of order is passed over; the local tier's outage is the caller's to know.
 */
export class TieredBlobStore implements BlobStore {
  readonly #options: TieredBlobStoreOptions;

  constructor(options: TieredBlobStoreOptions) {
    this.#options = options;
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const { local, remotes, events } = this.#options;
    const down = refs.map(() => unavailable);
    // A remote may have it even where the local disk is out of order.
    let results = await failOpen('read', events, () => local.getMany(refs, options), down);
    for (const remote of remotes) {
      const wanted = distinctRefs(refs.filter((_, i) => !results[i]!.found));
      if (wanted.length === 0) break;
      const found = await this.#readRemote(remote, wanted, options);
      results = results.map((result, i) => better(result, found.get(refs[i]!.digest)));
    }
    return eachItsOwn(refs, results);
  }

  putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    return this.#options.local.putMany(blobs, options);
  }

  findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    return this.#options.local.findMissing(refs, options);
  }

  /** Everywhere, as far as each can be reached: what stays in a remote would be read from there. */
  async deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    const { local, remotes, events } = this.#options;
    await local.deleteMany(digests, options);
    for (const { name, blobs, isWritten } of remotes) {
      if (!isWritten) continue;
      await failOpen(`delete from ${name}`, events, () => blobs.deleteMany(digests, options), undefined);
    }
  }

  /** Each remote's verifying decorator quarantines what it reads damaged. */
  quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    return this.#options.local.quarantineMany(refs, options);
  }

  async #readRemote(
    { name, blobs }: BlobTier,
    refs: readonly BlobRef[],
    options: CallOptions | undefined,
  ): Promise<ReadonlyMap<Digest, BlobResult>> {
    const down = refs.map(() => unavailable);
    const { events, fill } = this.#options;
    const results = await failOpen(`read from ${name}`, events, () => blobs.getMany(refs, options), down);
    const found = results.flatMap((result, i): readonly Blob[] =>
      result.found ? [{ ref: refs[i]!, bytes: result.bytes }] : [],
    );
    await fill?.add({ blobs: found }, options);
    return new Map(results.map((result, i) => [refs[i]!.digest, result]));
  }
}

const unavailable: BlobResult = { found: false, reason: 'unavailable' };

/** What says most about why it cannot be had. */
const weights: Readonly<Record<BlobMissReason, number>> = {
  'blob-missing': 0,
  unavailable: 1,
  'blob-corrupt': 2,
};

function better(known: BlobResult, next: BlobResult | undefined): BlobResult {
  if (known.found || next === undefined) return known;
  if (next.found) return next;
  return weights[next.reason] > weights[known.reason] ? next : known;
}

/** The caller owns the bytes of each answer: one that was asked for twice is answered with two copies. */
function eachItsOwn(refs: readonly BlobRef[], results: readonly BlobResult[]): readonly BlobResult[] {
  if (new Set(refs.map(({ digest }) => digest)).size === refs.length) return results;
  const seen = new Set<Uint8Array>();
  return results.map((result) => {
    if (!result.found || !seen.has(result.bytes)) {
      if (result.found) seen.add(result.bytes);
      return result;
    }
    return { found: true, bytes: Uint8Array.from(result.bytes) };
  });
}
