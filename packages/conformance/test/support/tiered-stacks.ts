import type { StoreTaps } from '@cleanmiss/conformance';
import {
  CircuitBreaker,
  drainJournal,
  GuardedBlobStore,
  GuardedMetaStore,
  MemoryBlobStore,
  MemoryJournal,
  MemoryMetaStore,
  ResilientPolicy,
  StoredCache,
  TieredCache,
  VerifyingBlobStore,
  WaitingBudget,
  type BlobStore,
  type BreakerMemory,
  type BreakerState,
  type Cache,
  type CacheEntry,
  type CacheResult,
  type CallOptions,
  type GuardPolicies,
  type Key,
  type MetaResult,
} from '@cleanmiss/core';
import { cacheOf, memoryParts } from './cache-mutants.js';

type Taps = Pick<StoreTaps, 'blobs' | 'metas'>;

/** Taps nothing. */
export const untapped: Taps = { blobs: (store) => store, metas: (store) => store };

/** A policy as a run has it, for reads and for writes, over a tier that is well. */
export function policies(): GuardPolicies {
  const budget = new WaitingBudget(60_000);
  const policy = () => new ResilientPolicy({ name: 'memory', breaker: newBreaker(), budget });
  return { reads: policy(), writes: policy() };
}

/** A remote as `openCache` builds it, in memory: SHA-256 of what comes in, around deadlines and breakers, around the backend. */
export function guardedRemote(taps: Taps): Cache {
  const guards = policies();
  const blobs = new GuardedBlobStore(taps.blobs(new MemoryBlobStore()), guards);
  const metas = new GuardedMetaStore(taps.metas(new MemoryMetaStore()), guards);
  return new StoredCache({ blobs: new VerifyingBlobStore(blobs, { by: 'digest' }), metas, writer: 'test' });
}

/**
 * A local tier over one remote. Both are tapped: a blob that is damaged, or out of reach, is so in every tier, else the other one
 * answers, as it should.
 */
export function tieredCache(taps: Taps, options: { readonly deferFill?: boolean } = {}): TieredCache {
  const remote = { name: 'remote', cache: guardedRemote(taps), journal: new MemoryJournal() };
  return new TieredCache({ local: localCache(taps), remotes: [remote], ...options });
}

/** Of the blob stores under a tiered cache, the local one in memory. */
export function tieredBlobs(memory: BlobStore): BlobStore {
  const local = cacheOf({ blobs: memory, metas: new MemoryMetaStore() });
  const remote = { name: 'remote', cache: guardedRemote(untapped), journal: new MemoryJournal() };
  return new TieredCache({ local, remotes: [remote] }).blobs;
}

/**
 * Two machines that share a remote: what one puts is brought there at once, and read by the other, whose own tier stays empty:
 * it keeps nothing, because of a key it would go on to show what it has kept. Only the remote is tapped: what the first machine
 * stores for itself comes before all of it, and no reader sees that.
 */
export class TwoMachines implements Cache {
  readonly blobs: BlobStore;
  readonly #writer: TieredCache;
  readonly #reader: TieredCache;
  readonly #drainOnce: () => Promise<unknown>;
  #drained: Promise<unknown> = Promise.resolve();

  constructor(taps: Taps) {
    const remote = guardedRemote(taps);
    const journal = new MemoryJournal();
    const local = localCache(untapped);
    this.#writer = new TieredCache({ local, remotes: [{ name: 'remote', cache: remote, journal }] });
    this.#reader = new TieredCache({
      local: localCache(untapped),
      remotes: [{ name: 'remote', cache: remote, journal: undefined }],
      fill: false,
    });
    this.#drainOnce = () => drainJournal({ journal, from: local, to: remote });
    this.blobs = halves(this.#reader.blobs, this.#writer.blobs);
  }

  get(key: Key, options?: CallOptions): Promise<CacheResult> {
    return this.#reader.get(key, options);
  }

  getMany(keys: readonly Key[], options?: CallOptions): Promise<readonly CacheResult[]> {
    return this.#reader.getMany(keys, options);
  }

  getMetas(keys: readonly Key[], options?: CallOptions): Promise<readonly MetaResult[]> {
    return this.#reader.getMetas(keys, options);
  }

  async put(entry: CacheEntry, options?: CallOptions): Promise<void> {
    await this.#writer.put(entry, options);
    await this.#drain();
  }

  async putMany(entries: readonly CacheEntry[], options?: CallOptions): Promise<void> {
    await this.#writer.putMany(entries, options);
    await this.#drain();
  }

  async delete(key: Key, options?: CallOptions): Promise<void> {
    await this.#writer.delete(key, options);
    await this.#drain();
  }

  /** One after the other, as whoever drains a journal of several processes takes turns. */
  async #drain(): Promise<void> {
    this.#drained = this.#drained.catch(() => {}).then(this.#drainOnce);
    await this.#drained;
  }
}

function localCache(taps: Taps): Cache {
  const { blobs, metas } = memoryParts();
  return cacheOf({ blobs: taps.blobs(blobs), metas: taps.metas(metas) });
}

function halves(reader: BlobStore, writer: BlobStore): BlobStore {
  return {
    getMany: (refs, options) => reader.getMany(refs, options),
    putMany: (blobs, options) => writer.putMany(blobs, options),
    findMissing: (refs, options) => writer.findMissing(refs, options),
    deleteMany: (digests, options) => writer.deleteMany(digests, options),
    quarantineMany: (refs, options) => writer.quarantineMany(refs, options),
  };
}

function newBreaker(): CircuitBreaker {
  let state: BreakerState | undefined;
  const memory: BreakerMemory = { read: () => state, write: (next) => void (state = next) };
  return new CircuitBreaker({ memory });
}
