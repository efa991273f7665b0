import { utimesSync, writeFileSync } from 'node:fs';
import { digestOf, keyHashOf, StoredCache, VerifyingBlobStore, type Cache, type Key } from '@cleanmiss/core';
import { openFsStore, StoreFiles, type FsStore } from '@cleanmiss/fs-backend';

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

export function openStore(directory: string, { now = () => Date.now() }: OpenStoreOptions = {}): OpenStore {
  const store = openFsStore({ directory, clock: { now } });
  const blobs = new VerifyingBlobStore(store.blobs, { by: 'digest' });
  const clock = { now: () => writtenAt };
  return { ...store, cache: new StoredCache({ blobs, metas: store.metas, writer: 'test', clock }) };
}

/** As if the clock had been moved beyond every grace period, and beyond the time for which damage is kept. */
export const later = { now: () => Date.now() + 32 * 24 * hourMs };

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

export function storeIn(sandbox: string): string {
  return `${sandbox}/store`;
}

/** Where a store keeps things. */
export function pathsIn(directory: string) {
  const files = new StoreFiles({ directory });
  return {
    files,
    metaOf: ({ key }: Entry) => files.metas.pathOf(keyHashOf(key)),
    blobOf: ({ blobs }: Entry, name: string) => files.blobs.pathOf(digestOf(blobs[name]!)),
  };
}

/** Overwrites a blob in place, as a bad disk does. */
export function damage(directory: string, entry: Entry, name: string, text: string): void {
  writeFileSync(pathsIn(directory).blobOf(entry, name), text);
}

export function setTime(path: string, ms: number): void {
  utimesSync(path, ms / 1000, ms / 1000);
}
