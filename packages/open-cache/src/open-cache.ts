import {
  FailOpenCache,
  MemoryBlobStore,
  MemoryMetaStore,
  noEvents,
  publishingEvents,
  ReadOnlyCache,
  RevocableCache,
  ScopeChain,
  ScopedKeysCache,
  StoredCache,
  systemClock,
  TellingCache,
  TieredCache,
  VerifyingBlobStore,
  WaitingBudget,
  type Cache,
  type Clock,
  type EventSink,
  type Maintenance,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import type { CleanmissConfig } from './config.js';
import { openRemote, type OpenedRemote } from './open-remote.js';
import { remoteOf, type CacheMode, type RemoteConfig, type RemoteOption } from './remote-config.js';
import { Revocations } from './revocations.js';
import { trustContextOf } from './tier-trust.js';
import { noTrustConfig, type TrustConfig } from './trust-config.js';
import { uploadTo, type Uploaded, type UploadOptions } from './upload.js';

export interface OpenCacheOptions {
  /** Written into each meta, for people. Default: `cleanmiss`. */
  readonly writer?: string;
  /**
   * Told of each hit, miss and put of `cache` and `strict`, and of outages, which cost no call more than a miss. Whether or not it is
   * given, all that is told is published on `cacheChannels` as well. Default: nobody is told.
   */
  readonly events?: EventSink;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** The project root, where packages of Keyv stores are found. Default: the working directory. */
  readonly root?: string;
  /** Somebody waits for this process: deadlines are short, and there is a budget. Default: true. */
  readonly isWaitedFor?: boolean;
  /**
   * A meta outlives a power cut that comes right after it was put. A checker that puts one for each of its modules turns it off: a sync
   * takes a millisecond and more, and what is lost is a miss. Default: true.
   */
  readonly syncMetas?: boolean;
  /** Keep what remotes answer when `settle` is called, not before the answer. Default: false. */
  readonly deferFill?: boolean;
}

export interface OpenedCache {
  /** Never rejects because a tier is out of order: for a checker that keeps its own entries. Where the mode is `off`, all misses. */
  readonly cache: Cache;
  /**
   * The same, and rejects where the local store is out of order: for whoever puts `failOpen` around calls that belong together. Reads
   * even where the mode is `off`: for tools that look into a store.
   */
  readonly strict: Cache;
  /** This machine's tier alone. Rejects where it is out of order. */
  readonly local: Cache;
  /** Tiers that others share, in the order in which they are asked. Without those that are off. */
  readonly remotes: readonly OpenedRemote[];
  /** How long calls to remotes have been and may be waited for, in the life of this cache. Without `budgetMs`: no limit in all. */
  readonly budget: WaitingBudget;
  readonly maintenance: Maintenance;
  /** What this machine's own store is used for. */
  readonly mode: CacheMode;
  /** What is written of who wrote what. */
  readonly writer: string;
  /** What is revoked, as far as this machine knows. */
  readonly revocations: Revocations;
  /**
   * Names the local store, and the remotes that are told of what is put: another one (or the same place, wiped) has another. `undefined`:
   * there is none yet.
   */
  storeId(): string | undefined;
  /** Whether anything was ever stored on this machine, where the configuration says that its store is. */
  hasStore(): boolean;
  /** Connects to the first remote, where that is not done yet. Nothing comes of it: neither an answer nor an error. */
  connect(): void;
  /** Keeps what remotes have answered since (see `deferFill`). */
  settle(): Promise<void>;
  /**
   * Brings to each remote what was put since: a put itself waits for none. What a process leaves (it was killed, the remote is out of order) is brought by the
   * next one that uploads from the same local store to the same remote. Never rejects because a remote is out of order.
   */
  upload(options?: UploadOptions): Promise<readonly Uploaded[]>;
  /** Ends connections to remotes at once. */
  close(): void;
}

/** What `loadConfig` answers, or less. */
export interface CacheConfig extends Partial<Pick<CleanmissConfig, 'mode' | 'budgetMs' | 'scopes'>> {
  /** The store of this machine: a folder. `defaultLocalDirectory` says where `cleanmiss` has its own. */
  readonly local: string;
  /** Tiers that others share, in the order in which they are asked. Default: none. */
  readonly remotes?: readonly RemoteOption[];
  /** Whose signatures are believed in remotes, and by which key what we put is signed. Default: everything is believed. */
  readonly trust?: Partial<TrustConfig>;
}

/**
 * The one place where the layers are put together. Does no I/O: a directory that is not there is made by the first put.
 * @throws {CacheError} `ERR_CONFIG`
 */
export function openCache(config: CacheConfig, options: OpenCacheOptions = {}): OpenedCache {
  const { writer = 'cleanmiss', clock = systemClock, isWaitedFor = true } = options;
  const events = publishingEvents(options.events ?? noEvents);
  const { mode: ownMode = 'read-write', scopes = [] } = config;
  const trust = { ...noTrustConfig, ...config.trust };
  const store = openFsStore({ directory: config.local, syncMetas: options.syncMetas ?? true });
  const isWritten = ownMode === 'read-write';
  const wanted = (config.remotes ?? []).map(remoteOf).flatMap((remote) => {
    const mode = lesserMode(ownMode, remote);
    return mode === 'off' ? [] : [{ remote, mode }];
  });
  const blobs = new VerifyingBlobStore(store.blobs, { by: 'checksum', events });
  const whole = new StoredCache({ blobs, metas: store.metas, writer, clock });
  const isRemembered = ownMode !== 'off';
  const revocations = new Revocations({ local: whole, metas: store.metas, isRemembered, scopes, events });
  const { list, learnLocal } = revocations;
  const judgedHere = new RevocableCache(whole, { list, events, clock, learn: learnLocal });
  const trustContext = trustContextOf(scopes, trust);
  const believed =
    trustContext === undefined ? judgedHere : new ScopedKeysCache(judgedHere, `trusting ${trustContext}`);
  const local = inScopes(believed, scopes);
  const budget = new WaitingBudget(isWaitedFor ? (config.budgetMs ?? Infinity) : Infinity, clock);
  const remotes = wanted.map(({ remote, mode }) =>
    openRemote(remote, {
      ...{ root: options.root ?? process.cwd(), local: config.local, mode },
      ...{ writer, events, clock, budget, isWaitedFor, scopes, trust, revocations },
    }),
  );
  const stamp = () => ({ writer, time: clock.now() });
  const tiers = remotes.map(({ tier }) => tier);
  const deferFill = options.deferFill ?? false;
  const tiered =
    remotes.length === 0
      ? undefined
      : new TieredCache({ local, remotes: tiers, events, fill: isWritten, deferFill, stamp });
  // Once more: of what is revoked a tier may have told while the others were read.
  const judged = tiered ? new RevocableCache(tiered, { list, events }) : local;
  const told = new TellingCache(judged, events);
  const strict = isWritten ? told : new ReadOnlyCache(told);
  return {
    cache: new FailOpenCache(ownMode === 'off' ? emptyCache(events) : strict, events),
    strict,
    local: isWritten ? local : new ReadOnlyCache(local),
    remotes,
    budget,
    maintenance: store.maintenance,
    mode: ownMode,
    writer,
    revocations,
    storeId: () => {
      const id = store.id();
      const told = remotes.filter(({ mode }) => mode === 'read-write');
      return id && [id, ...told.map((remote) => remote.id)].join(' ');
    },
    hasStore: () => store.isThere(),
    connect() {
      remotes[0]?.tier.cache.getMetas([{ type: 'greeting' }]).catch(() => {});
    },
    settle: async () => {
      await tiered?.settle();
    },
    upload: async (options = {}) => {
      const writable = remotes.filter(({ mode }) => mode === 'read-write');
      return await Promise.all(writable.map((remote) => uploadTo(remote, local, options)));
    },
    close() {
      for (const remote of remotes) remote.close();
    },
  };
}

function emptyCache(events: EventSink): Cache {
  const stores = { blobs: new MemoryBlobStore(), metas: new MemoryMetaStore() };
  return new ReadOnlyCache(new TellingCache(new StoredCache({ ...stores, writer: '' }), events));
}

/** On this machine the scopes are kept apart by their keys, and share all blobs. */
function inScopes(cache: Cache, [own, ...trusted]: readonly string[]): Cache {
  if (own === undefined) return cache;
  const scoped = new ScopedKeysCache(cache, own);
  if (trusted.length === 0) return scoped;
  return new ScopeChain(
    scoped,
    trusted.map((scope) => new ScopedKeysCache(cache, scope)),
  );
}

/** Nothing is brought to a remote by who stores nothing. */
function lesserMode(own: CacheMode, { mode }: RemoteConfig): CacheMode {
  if (own === 'off' || mode === 'off') return 'off';
  return own === 'read' ? 'read' : mode;
}
