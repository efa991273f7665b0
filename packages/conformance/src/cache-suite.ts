import type { Cache } from '@cleanmiss/core';
import { damageTests } from './cache-damage-tests.js';
import { contentTests } from './cache-content-tests.js';
import { keyTests } from './cache-key-tests.js';
import { orderTests } from './cache-order-tests.js';
import { StoreTaps } from './store-taps.js';
import { suite, type Opened, type SuiteRunner } from './suite-runner.js';

export interface OpenedCache extends Opened {
  /** Empty. */
  readonly cache: Cache;
}

export interface TappedCache extends OpenedCache {
  readonly taps: StoreTaps;
}

export type CacheTests = Readonly<Record<string, (opened: TappedCache) => Promise<void>>>;

/**
 * What every `Cache` promises. `open` builds one over empty stores, with the taps around each:
 * `new StoredCache({ blobs: new VerifyingBlobStore(taps.blobs(myBlobs)), metas: taps.metas(myMetas), ... })`.
 */
export function cacheSuite(
  runner: SuiteRunner,
  open: (taps: Pick<StoreTaps, 'blobs' | 'metas'>) => Promise<OpenedCache>,
): void {
  const openTapped = async (): Promise<TappedCache> => {
    const taps = new StoreTaps();
    const opened = await open(taps);
    return { cache: opened.cache, taps, close: () => opened.close?.() };
  };
  suite(runner, 'a cache', openTapped, { ...contentTests, ...damageTests, ...keyTests, ...orderTests });
}
