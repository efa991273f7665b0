import { constants } from 'node:fs';
import { maxMetaBytes, type CallOptions, type KeyHash, type MetaStore } from '@cleanmiss/core';
import { forEachInBatches } from './batches.js';
import { asOutage } from './outage.js';
import { Pacer } from './pacer.js';
import { readWhole } from './read-whole.js';
import { removeFile, renew } from './retire.js';
import type { StoreFiles } from './store-files.js';
import { writeFile } from './write-file.js';

export interface FsMetaStoreOptions {
  /**
   * Wait for the disk before a meta gets its name (about 1 ms each on an SSD): then a power cut leaves the old meta or
   * the new one. Without, it may leave an empty file, a miss until the next put of the key. Default: true.
   */
  readonly syncMetas?: boolean;
}

/** One plain file a meta, under the hash of its key. */
export class FsMetaStore implements MetaStore {
  readonly #files: StoreFiles;
  readonly #sync: boolean;

  constructor(files: StoreFiles, { syncMetas = true }: FsMetaStoreOptions = {}) {
    this.#files = files;
    this.#sync = syncMetas;
  }

  async getMany(
    keys: readonly KeyHash[],
    options?: CallOptions,
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const found: (Uint8Array | undefined)[] = [];
    await forEachInBatches(keys, options, (key) => {
      const bytes = this.#read(this.#files.metaPath(key));
      found.push(bytes);
      return bytes?.length ?? 0;
    });
    return found;
  }

  async put(key: KeyHash, bytes: Uint8Array, options?: CallOptions): Promise<void> {
    await forEachInBatches([key], options, () => {
      writeFile(this.#files, this.#files.metaPath(key), bytes, { sync: this.#sync });
      return bytes.length;
    });
  }

  async delete(key: KeyHash, options?: CallOptions): Promise<void> {
    await forEachInBatches([key], options, () => {
      removeFile(this.#files, this.#files.metaPath(key));
      return 0;
    });
  }

  async *list(options?: CallOptions): AsyncIterable<KeyHash> {
    const pacer = new Pacer(options?.signal);
    try {
      for (const entry of this.#files.metas.entries(this.#files.fs)) {
        if (entry.kind === 'file') yield entry.name as KeyHash;
        if (pacer.isDue(0)) await pacer.pause();
      }
    } catch (error) {
      throw asOutage(error);
    }
  }

  #read(path: string): Uint8Array | undefined {
    const { fs, metas } = this.#files;
    const read = readWhole(fs, path, 0, maxMetaBytes);
    switch (read.kind) {
      case 'whole':
        // Collected since we have read it, with its blobs: whoever hears of it now may put it anew, by their names alone.
        return renew(this.#files, path) ? read.bytes : undefined;
      case 'absent':
        return undefined;
      case 'unreadable':
        // As for blobs: of one file that cannot be read the others say nothing; if it is all of them, this throws.
        fs.accessSync(metas.directory, constants.R_OK | constants.X_OK);
        return noMeta;
      case 'foreign':
        return noMeta;
    }
  }
}

/** No meta is empty: whoever decodes this has a corrupt one before it. */
const noMeta = new Uint8Array(0);
