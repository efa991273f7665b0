import { resolve } from 'node:path';
import type { WaitingBudget } from '@cleanmiss/core';
import {
  CircuitBreaker,
  drainJournal,
  nothingDrained,
  ResilientPolicy,
  type Cache,
  type CallPolicy,
  type Clock,
  type Drained,
  type EventSink,
  type RemoteTier,
} from '@cleanmiss/core';
import { FsBreakerMemory, FsJournal } from '@cleanmiss/fs-backend';
import type { RedisFacts } from '@cleanmiss/redis-backend';
import type { CacheMode, RemoteConfig } from './remote-config.js';
import { isSilentTooLong, markHeard } from './heard.js';
import { placesOf, remoteIdOf } from './remote-places.js';
import { openScopes } from './remote-scopes.js';
import { openRemoteStores } from './remote-stores.js';
import { tierNameOf, type Revocations } from './revocations.js';
import { isBelieved, trustContextOf } from './tier-trust.js';
import type { TrustConfig } from './trust-config.js';

/** A remote tier with all that stands around it. */
export interface OpenedRemote {
  /** The same for the same place, whoever logs in to it. */
  readonly id: string;
  /** For messages: where it is, without credentials. */
  readonly name: string;
  readonly mode: CacheMode;
  readonly tier: RemoteTier;
  /** Our own scope of it alone, and what is revoked as well. Rejects where it is out of order. */
  readonly own: Cache;
  /** By which `Revocations` knows what is said there. */
  readonly revocationTier: string;
  /** Whether it has not been asked for a while what is revoked there, and can be asked now. Cheap. */
  isNewsDue(): boolean;
  /** Whether it has still to be told something that it can be told now. Cheap. */
  hasWork(): boolean;
  /** Tells it what stands in its journal. Rejects where it is out of order. */
  drain(local: Cache, signal?: AbortSignal): Promise<Drained>;
  /** A file to be locked by who calls `drain`. */
  readonly uploadLock: string;
  /** Whether it has still to be told something, now or later. */
  hasBacklog(): boolean;
  /** The outages that this or another process has met, in words. */
  readOutage(): string | undefined;
  writeOutage(): string | undefined;
  /** What `doctor` wants to know, where the backend can tell. Rejects where it is out of order. */
  probe(options?: { readonly signal?: AbortSignal }): Promise<RedisFacts | undefined>;
  /** Bytes over the wire so far, where the backend can tell. */
  traffic(): { readonly receivedBytes: number; readonly sentBytes: number };
  /** At once; whatever is under way rejects. */
  close(): void;
}

export interface OpenRemoteOptions {
  /** Of this machine's store. */
  readonly local: string;
  readonly root: string;
  readonly mode: CacheMode;
  readonly writer: string;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly budget: WaitingBudget;
  /** `false`: nobody waits, so that there is time for longer deadlines and more retries. */
  readonly isWaitedFor: boolean;
  readonly scopes: readonly string[];
  readonly trust: TrustConfig;
  readonly revocations: Revocations;
}

/** For a process that nobody waits for. */
const patientDeadlineMs = 30_000;
const patientRetries = 3;

/** One remote with its scopes, its journal and its breakers. */
export function openRemote(config: RemoteConfig, options: OpenRemoteOptions): OpenedRemote {
  const { root, clock, scopes, trust } = options;
  const local = resolve(options.local);
  const stores = openRemoteStores(config, root, scopes[0]);
  const id = remoteIdOf(config, root, scopes[0], trustContextOf(scopes, trust));
  const revocationTier = tierNameOf(id, scopes[0]);
  const places = placesOf(local, id);
  const breakers = {
    reads: breakerIn(places.readBreaker, local, clock),
    writes: breakerIn(places.writeBreaker, local, clock),
  };
  const policies = {
    reads: policyOf(stores.name, breakers.reads, config, options),
    writes: policyOf(stores.name, breakers.writes, config, options),
  };
  const isWritten = options.mode === 'read-write' && isBelieved(scopes[0], trust);
  const heard = () => {
    markHeard(places.heard, clock);
  };
  const { namespace } = config;
  const { cache, own } = openScopes({ ...options, id, namespace, stores, policies, isWritten, heard });
  const journal = isWritten ? new FsJournal({ directory: places.journal, within: local, clock }) : undefined;
  return {
    id,
    name: stores.name,
    mode: isWritten ? 'read-write' : 'read',
    tier: { name: stores.name, cache, journal },
    own,
    revocationTier,
    isNewsDue: () => breakers.reads.openState() === undefined && isSilentTooLong(places.heard, clock),
    uploadLock: places.uploadLock,
    hasWork: () => journal !== undefined && breakers.writes.openState() === undefined && journal.hasWork(),
    drain: (from, signal) =>
      journal
        ? drainJournal({ journal, from, to: cache, ...(signal ? { signal } : {}) })
        : Promise.resolve(nothingDrained),
    hasBacklog: () => journal?.hasWork() ?? false,
    readOutage: () => breakers.reads.openState()?.reason,
    writeOutage: () => (journal ? breakers.writes.openState()?.reason : undefined),
    probe: (call) => stores.probe(call),
    traffic: () => stores.traffic(),
    close() {
      stores.close();
    },
  };
}

function breakerIn(path: string, local: string, clock: Clock): CircuitBreaker {
  return new CircuitBreaker({ memory: new FsBreakerMemory({ path, within: local }), clock });
}

function policyOf(
  name: string,
  breaker: CircuitBreaker,
  { deadlineMs }: RemoteConfig,
  { budget, isWaitedFor }: OpenRemoteOptions,
): CallPolicy {
  const patience = isWaitedFor ? { deadlineMs } : { deadlineMs: patientDeadlineMs, retries: patientRetries };
  return new ResilientPolicy({ name, breaker, budget, ...patience });
}
