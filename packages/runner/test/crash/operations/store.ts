import { StoredCache, VerifyingBlobStore, type Cache, type Key } from '@cleanmiss/core';
import { openFsStore, type FsStore } from '@cleanmiss/fs-backend';

export const hourMs = 60 * 60 * 1000;

/** What stands in metas as their time: the same at every run, so that two stores can be compared byte by byte. */
export const writtenAt = Date.UTC(2030, 0, 1);

export interface OpenStore extends FsStore {
  readonly cache: Cache;
}

export interface OpenStoreOptions {
  /** By what its files are found old or young. Default: the system's. */
  readonly now?: () => number;
}

export function openStore(
  directory: string,
  { now = () => Date.now() }: OpenStoreOptions = {},
): OpenStore {
  const store = openFsStore({ directory, clock: { now } });
  const blobs = new VerifyingBlobStore(store.blobs, { by: 'digest' });
  const clock = { now: () => writtenAt };
  return { ...store, cache: new StoredCache({ blobs, metas: store.metas, writer: 'test', clock }) };
}

/** As if the clock had been moved beyond every grace period. */
export const later = { now: () => Date.now() + 2 * hourMs };

/** An entry, as it is put and as it must be found. */
export interface Entry {
  readonly key: Key;
  readonly blobs: Readonly<Record<string, Uint8Array>>;
}

/** Its blobs' contents by their names. */
export function entryOf(key: Key, contents: Readonly<Record<string, string>>): Entry {
  const blobs = Object.entries(contents).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { key, blobs: Object.fromEntries(blobs) };
}
