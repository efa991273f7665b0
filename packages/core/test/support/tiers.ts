import assert from 'node:assert/strict';
import {
  encodeIndex,
  MemoryJournal,
  TieredCache,
  type Blob,
  type Cache,
  type CacheEntry,
  type CacheEvent,
  type JournalRecord,
  type Key,
  type RemoteTier,
  type TieredCacheOptions,
} from '../../src/index.js';
import { blobFrom, FakeTier } from './fake-tier.js';

export interface Tiers {
  readonly local: FakeTier;
  readonly remote: FakeTier;
  readonly other: FakeTier;
  readonly journal: LoggedJournal;
  readonly cache: TieredCache;
  readonly events: CacheEvent[];
  /** The calls of all, in their order. */
  readonly log: string[];
}

/** A local tier over a remote that is written to, and another that is only read. */
export function openTiers(options: Partial<TieredCacheOptions> = {}): Tiers {
  const log: string[] = [];
  const [local, remote, other] = ['local', 'remote', 'other'].map((name) => new FakeTier(name, log)) as [
    FakeTier,
    FakeTier,
    FakeTier,
  ];
  const events: CacheEvent[] = [];
  const journal = new LoggedJournal(log);
  const remotes: readonly RemoteTier[] = [
    { name: 'remote', cache: remote.cache, journal },
    { name: 'other', cache: other.cache, journal: undefined },
  ];
  const cache = new TieredCache({
    local: local.cache,
    remotes,
    events: (event) => events.push(event),
    ...options,
  });
  return { local, remote, other, journal, cache, events, log };
}

export class LoggedJournal extends MemoryJournal {
  error: Error | undefined;
  readonly #log: string[];

  constructor(log: string[]) {
    super();
    this.#log = log;
  }

  override async append(records: readonly JournalRecord[]): Promise<void> {
    this.#log.push('journal append');
    if (this.error) throw this.error;
    await super.append(records);
  }
}

/** What `operation` of each `degraded` event is. */
export function degraded(events: readonly CacheEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'degraded' ? [event.operation] : []));
}

export function entryOf(key: string, ...contents: readonly string[]): CacheEntry & { readonly key: string } {
  const blobs = contents.map((content, i) => [`blob ${i}`, Buffer.from(content)] as const);
  return { key, blobs: Object.fromEntries(blobs), attributes: { of: key } };
}

export function blobsOf(entry: CacheEntry): readonly Blob[] {
  return Object.values(entry.blobs).map((bytes) => blobFrom(Buffer.from(bytes as Uint8Array).toString()));
}

/** A blob that lists others. */
export function indexOf(blobs: readonly Blob[]): Blob {
  const entries = blobs.map(({ ref }, i) => ({ refs: [ref], about: { i } }));
  return blobFrom(Buffer.from(encodeIndex(entries)).toString());
}

export async function expectHit(cache: Cache, entry: CacheEntry): Promise<void> {
  const result = await cache.get(entry.key);
  assert.ok(result.hit, `a hit, not ${result.hit ? '' : result.reason}`);
  const expected = Object.entries(entry.blobs).map(([name, bytes]) => [
    name,
    Buffer.from(bytes as Uint8Array),
  ]);
  assert.deepEqual(
    [...result.blobs].map(([name, bytes]) => [name, Buffer.from(bytes)]),
    expected,
  );
  assert.deepEqual(result.meta.attributes, entry.attributes);
}

export async function expectMiss(cache: Cache, key: Key, reason: string): Promise<void> {
  assert.deepEqual(await cache.get(key), { hit: false, reason });
}
