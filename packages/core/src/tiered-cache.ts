import type { BlobStore } from './blob-store.js';
import type { Cache, CacheEntry, CacheResult, MetaResult, Written } from './cache.js';
import type { CallOptions } from './call-options.js';
import { loadChecksum } from './checksum.js';
import { noEvents, type EventSink } from './events.js';
import { failOpen } from './fail-open.js';
import { FillQueue } from './fill-queue.js';
import type { Journal, JournalRecord, StoredEntry } from './journal.js';
import type { Key } from './key.js';
import type { MissReason } from './miss-reason.js';
import { provenanceOf } from './origins.js';
import { prepareEntry } from './prepare-entry.js';
import { TieredBlobStore } from './tiered-blob-store.js';
import { withBlobs } from './with-blobs.js';

/** A tier that others share, across a network. */
export interface RemoteTier {
  /** For events and errors: no credentials. */
  readonly name: string;
  /** Verifying by digest; rejects where it is out of order. */
  readonly cache: Cache;
  /** What it is told goes through here. `undefined`: it is only read. */
  readonly journal: Journal | undefined;
}

export interface TieredCacheOptions {
  /** Rejects where it is out of order. */
  readonly local: Cache;
  /** Asked in this order for what the local tier has not got. */
  readonly remotes: readonly RemoteTier[];
  /** Keep in the local tier what a remote answered. Default: true. */
  readonly fill?: boolean;
  /** Keep it when `settle` is called, and not before the answer. Default: false. */
  readonly deferFill?: boolean;
  /** Told of outages. Default: nobody is told. */
  readonly events?: EventSink;
  /** What is written of each entry, in all tiers: who puts it, and when. Default: what each tier says when it is told. */
  readonly stamp?: () => Written;
}

/**
 * Local first, then the remotes: read-through with fill, write-behind through a journal. What is put is in the local tier
 * when the call resolves, and in the journal of each remote that we may write to; `drainJournal` brings it there. A
 * remote that is out of order is told to `events` and costs a miss; the local tier's outage rejects a write.
 */
export class TieredCache implements Cache {
  readonly blobs: BlobStore;
  readonly #local: Cache;
  readonly #remotes: readonly RemoteTier[];
  readonly #events: EventSink;
  readonly #fill: FillQueue | undefined;
  readonly #stamp: (() => Written) | undefined;

  constructor({
    local,
    remotes,
    fill = true,
    deferFill = false,
    events = noEvents,
    stamp,
  }: TieredCacheOptions) {
    this.#local = local;
    this.#remotes = remotes;
    this.#events = events;
    this.#stamp = stamp;
    this.#fill = fill ? new FillQueue(local, { events, deferred: deferFill }) : undefined;
    const blobTiers = remotes.map(({ name, cache, journal }) => {
      return { name, blobs: cache.blobs, isWritten: journal !== undefined };
    });
    this.blobs = new TieredBlobStore({ local: local.blobs, remotes: blobTiers, fill: this.#fill, events });
  }

  async get(key: Key, options?: CallOptions): Promise<CacheResult> {
    const [result] = await this.getMany([key], options);
    return result!;
  }

  /** Tier by tier: a meta whose blobs are nowhere to be had does not hide a whole one of the next tier. */
  async getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return await this.#ask<CacheResult>(keys, async (tier, missing) => {
      const metas = await tier.cache.getMetas(missing, options);
      const results = await withBlobs(metas, this.blobs, options);
      if (tier.isRemote) await this.#fill?.add({ entries: entriesOf(results) }, options);
      return results;
    });
  }

  /** Does not fill: a meta is kept with the blobs that it names, or not at all. */
  async getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    const ask = (tier: { readonly cache: Cache }, missing: readonly Key[]) =>
      tier.cache.getMetas(missing, options);
    return await this.#ask<MetaResult>(keys, ask);
  }

  async put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    await this.putMany([entry], options);
  }

  async putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    const checksumOf = await loadChecksum();
    const stamp = this.#stamp && { written: this.#stamp() };
    const prepared = entries.map((entry) => prepareEntry({ ...stamp, ...entry }, checksumOf));
    const blobs = prepared.flatMap((each) => each.blobs);
    if (blobs.length > 0) await this.#local.blobs.putMany(blobs, options);
    // In the journal first: killed in between, the remotes are told of an entry that is whole, and that is no harm.
    await this.#tell(
      prepared.flatMap(({ entry }, i) => (entries[i]!.localOnly ? [] : [{ op: 'put', entry } as const])),
    );
    await this.#local.putMany(
      prepared.map(({ entry }) => entry),
      options,
    );
  }

  /** At once where a remote can be reached, so that it is not read back from there; by the journal in any case. */
  async delete(key: Key, options?: CallOptions): Promise<void> {
    await this.#tell([{ op: 'delete', key }]);
    await this.#local.delete(key, options);
    for (const { name, cache, journal } of this.#remotes) {
      if (!journal) continue;
      await failOpen(`delete from ${name}`, this.#events, () => cache.delete(key, options), undefined);
    }
  }

  /** Stores what remotes have answered since (see `deferFill`). */
  async settle(options?: CallOptions): Promise<void> {
    await this.#fill?.settle(options);
  }

  async #tell(records: readonly JournalRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (const { name, journal } of this.#remotes) {
      if (!journal) continue;
      await failOpen(`journal for ${name}`, this.#events, () => journal.append(records), undefined);
    }
  }

  async #ask<Result extends CacheResult | MetaResult>(
    keys: readonly Key[],
    ask: (
      tier: { readonly cache: Cache; readonly isRemote: boolean },
      keys: readonly Key[],
    ) => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> {
    let results: readonly Result[] = keys.map(() => absent as Result);
    const tiers = [{ name: 'the local store', cache: this.#local }, ...this.#remotes];
    for (const [rank, { name, cache }] of tiers.entries()) {
      const missing = keys.filter((_, i) => !results[i]!.hit);
      if (missing.length === 0) break;
      const down = missing.map(() => unavailable as Result);
      const step = () => ask({ cache, isRemote: rank > 0 }, missing);
      const found = (await failOpen(`read from ${name}`, this.#events, step, down)).values();
      results = results.map((result) => (result.hit ? result : better(result, found.next().value!)));
    }
    return results;
  }
}

const absent = { hit: false, reason: 'absent' } as const;
const unavailable = { hit: false, reason: 'unavailable' } as const;

/** Of two misses, the one that says more. */
function better<Result extends CacheResult | MetaResult>(known: Result, next: Result): Result {
  if (known.hit || next.hit) return known.hit ? known : next;
  return weightOf(next.reason) > weightOf(known.reason) ? next : known;
}

/** That a tier did not answer is not hidden by another, which has never heard of the key. */
function weightOf(reason: MissReason): number {
  if (reason === 'absent') return 0;
  return reason === 'unavailable' ? 1 : 2;
}

function entriesOf(results: readonly CacheResult[]): readonly StoredEntry[] {
  return results.flatMap((result) => {
    if (!result.hit) return [];
    const { meta } = result;
    const blobs = Object.fromEntries(meta.blobs);
    return [{ key: meta.key, blobs, attributes: meta.attributes, ...provenanceOf(meta) }];
  });
}
