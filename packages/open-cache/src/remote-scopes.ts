import {
  GuardedBlobStore,
  GuardedMetaStore,
  parseRecord,
  RevocableCache,
  ScopeChain,
  StoredCache,
  VerifyingBlobStore,
  type Cache,
  type CallPolicy,
  type Clock,
  type EventSink,
} from '@cleanmiss/core';
import type { Stores } from './lazy-store.js';
import type { RemoteStores } from './remote-stores.js';
import { tierNameOf, type Revocations } from './revocations.js';
import { trustIn } from './tier-trust.js';
import type { TrustConfig } from './trust-config.js';

export interface RemoteScopesOptions {
  readonly id: string;
  readonly namespace: string;
  readonly stores: RemoteStores;
  readonly policies: { readonly reads: CallPolicy; readonly writes: CallPolicy };
  /** Our own, then those that are more trusted. Empty: there are none. */
  readonly scopes: readonly string[];
  /** Whether we put anything in our own. */
  readonly isWritten: boolean;
  readonly trust: TrustConfig;
  readonly revocations: Revocations;
  readonly writer: string;
  readonly clock: Clock;
  readonly events: EventSink;
  /** The remote has said what is revoked there. */
  readonly heard: () => void;
}

export interface RemoteScopes {
  /** As seen from our scope. */
  readonly cache: Cache;
  /** Our scope alone, and what is revoked as well. */
  readonly own: Cache;
}

/** In each scope, from the outside in: what is revoked, signatures, SHA-256 of all that comes in, deadlines and breakers, the backend. */
export function openScopes(options: RemoteScopesOptions): RemoteScopes {
  const { id, stores, scopes } = options;
  const [ownScope, ...trusted] = scopes;
  const own = storedIn(stores, ownScope, options.isWritten, options);
  const revocable = revocableOf(own, tierNameOf(id, ownScope), options);
  if (trusted.length === 0) return { cache: revocable, own };
  const others = trusted.map((scope) =>
    revocableOf(storedIn(stores.scope(scope), scope, false, options), tierNameOf(id, scope), options),
  );
  return { cache: new ScopeChain(revocable, others), own };
}

function storedIn(
  { blobs, metas }: Stores,
  scope: string | undefined,
  isWritten: boolean,
  { namespace, policies, trust, writer, clock, events, stores }: RemoteScopesOptions,
): Cache {
  return new StoredCache({
    blobs: new VerifyingBlobStore(new GuardedBlobStore(blobs, policies), {
      by: 'digest',
      quarantines: isWritten,
      events,
    }),
    metas: new GuardedMetaStore(metas, policies),
    writer,
    clock,
    events: untrustedOf(stores.name, events),
    trust: trustIn(namespace, scope, trust),
  });
}

function revocableOf(
  cache: Cache,
  tier: string,
  { revocations, stores, events, clock, heard }: RemoteScopesOptions,
): Cache {
  return new RevocableCache(cache, {
    list: revocations.list,
    events: untrustedOf(stores.name, events),
    clock,
    learn: async (attributes) => {
      // What could not be remembered is asked for again, by the next process too.
      if (!attributes || (await revocations.learn(tier, parseRecord(attributes)))) heard();
    },
  });
}

/** Of hits and misses the tiers tell together. */
function untrustedOf(tier: string, events: EventSink): EventSink {
  return (event) => {
    if (event.type === 'untrusted') events({ ...event, tier });
  };
}
