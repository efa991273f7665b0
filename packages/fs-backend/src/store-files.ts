import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { systemClock, type Clock } from '@cleanmiss/core';
import { FanOut } from './fan-out.js';
import { nodeFileSystem, type FileSystem, makeFolders } from './file-system.js';
import { StoreMarker } from './store-marker.js';

/**
 * The version of the folders below and of every format inside them. A change that an older collector could not follow
 * (it would remove what it does not understand) takes the next number, and with it a folder of its own beside this
 * one: an older version never sees it, and to it there is nothing stored.
 */
export const storeFormat = 1;

export interface StoreFilesOptions {
  /** Where the store is, or will be with its first put. */
  readonly directory: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: `node:fs`. */
  readonly fs?: FileSystem;
  /** A text that nobody else has, anywhere. Default: a random UUID. */
  readonly newId?: () => string;
}

/** Where everything of one store is, and with what it is handled. Shared by its blobs, its metas and its maintenance. */
export class StoreFiles {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly blobs: FanOut;
  readonly metas: FanOut;
  /** Damaged files (see `move-aside.ts`). */
  readonly quarantine: string;
  readonly root: string;
  readonly marker: StoreMarker;
  readonly #newId: () => string;
  #prefix: string | undefined;
  #count = 0;

  constructor({
    directory,
    clock = systemClock,
    fs = nodeFileSystem,
    newId = randomUUID,
  }: StoreFilesOptions) {
    const root = `${resolve(directory)}/v${storeFormat}`;
    this.fs = fs;
    this.root = root;
    this.clock = clock;
    this.blobs = new FanOut(`${root}/blobs`);
    this.metas = new FanOut(`${root}/metas`);
    this.quarantine = `${root}/quarantine`;
    this.marker = new StoreMarker({ fs, root, format: storeFormat, newId });
    this.#newId = newId;
  }

  /** No two processes, threads or machines on a network drive ever get the same. */
  uniqueName(): string {
    this.#prefix ??= this.#newId();
    this.#count += 1;
    return `${this.#prefix}-${this.#count}`;
  }

  /** Only for us, whatever the umask: it takes permissions away and gives none. */
  makeFolder(folder: string): void {
    this.marker.ensure();
    makeFolders(this.fs, folder);
  }
}
