import {
  FailOpenCache,
  noEvents,
  ReadOnlyCache,
  StoredCache,
  VerifyingBlobStore,
  type Cache,
  type Clock,
  type EventSink,
  type Maintenance,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import type { CleanmissConfig } from './config.js';

export interface OpenCacheOptions {
  /** Written into each meta, for people. Default: `cleanmiss`. */
  readonly writer?: string;
  /** Default: nobody is told. */
  readonly events?: EventSink;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface OpenedCache {
  /** Never rejects because a tier is out of order: for a checker that keeps its own entries. */
  readonly cache: Cache;
  /** The same, and rejects: for whoever puts `failOpen` around several calls that belong together. */
  readonly strict: Cache;
  readonly maintenance: Maintenance;
  /** Names the local store; another one (or the same place, wiped) has another. `undefined`: there is none yet. */
  storeId(): string | undefined;
}

/** The one place where the layers are put together. Does no I/O: a directory that is not there is made by the first put. */
export function openCache(
  config: Pick<CleanmissConfig, 'local' | 'mode'>,
  { writer = 'cleanmiss', events = noEvents, clock }: OpenCacheOptions = {},
): OpenedCache {
  const local = openFsStore({ directory: config.local });
  const blobs = new VerifyingBlobStore(local.blobs, { by: 'checksum', events });
  const stored = new StoredCache({ blobs, metas: local.metas, writer, events, ...(clock ? { clock } : {}) });
  const strict = config.mode === 'read-write' ? stored : new ReadOnlyCache(stored);
  return {
    cache: new FailOpenCache(strict, events),
    strict,
    maintenance: local.maintenance,
    storeId: () => local.id(),
  };
}
