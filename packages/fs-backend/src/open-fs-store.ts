import type { BlobStore, Maintenance, MetaStore } from '@cleanmiss/core';
import { FsBlobStore } from './fs-blob-store.js';
import { FsMaintenance } from './fs-maintenance.js';
import { FsMetaStore, type FsMetaStoreOptions } from './fs-meta-store.js';
import { StoreFiles, type StoreFilesOptions } from './store-files.js';

export type FsStoreOptions = StoreFilesOptions & FsMetaStoreOptions;

export interface FsStore {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
  readonly maintenance: Maintenance;
  /**
   * Tells this store from every other, and from the one that stood here before somebody emptied the place. Reads one
   * small file. `undefined` where nothing has been stored yet.
   */
  id(): string | undefined;
  /** Whether anything was ever stored here, or in a scope of it. Where it is not, a drive may not be mounted. */
  isThere(): boolean;
}

/** Does no I/O: the folders come with the first put. Needs no closing: nothing stays open between calls. */
export function openFsStore(options: FsStoreOptions): FsStore {
  const files = new StoreFiles(options);
  return {
    blobs: new FsBlobStore(files),
    metas: new FsMetaStore(files, options),
    maintenance: new FsMaintenance(files),
    id: () => files.marker.id(),
    isThere: () => files.isThere(),
  };
}
