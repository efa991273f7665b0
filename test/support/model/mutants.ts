import type { BlobStore, Clock, Maintenance, MetaStore, StoredCache } from '@cleanmiss/core';
import type { FileSystem, FsStore } from '@cleanmiss/fs-backend';

export interface StoreParts {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
  readonly maintenance: Maintenance;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  /** The store once more, with other functions under it. */
  readonly open: (fs?: FileSystem) => FsStore;
  readonly cacheOver: (parts: Pick<StoreParts, 'blobs' | 'metas' | 'clock'>) => StoredCache;
}

/** A real store with one mistake, by the mistake: what the model test must find. */
export const mutants: Readonly<Record<string, (parts: StoreParts) => Partial<StoreParts>>> = {};
