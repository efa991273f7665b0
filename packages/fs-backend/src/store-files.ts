import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkPlaceName, systemClock, type Clock } from '@cleanmiss/core';
import { FanOut, namesIn } from './fan-out.js';
import {
  makeFolders,
  nodeFileSystem,
  privateModes,
  refuseLink,
  type FileSystem,
  type Modes,
} from './file-system.js';
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
  /**
   * Several people use it, maybe from several machines: the directory must be there (where it is not, a drive is not mounted),
   * and what is made in it gets the directory's own permissions. Default: false, it is ours alone.
   */
  readonly shared?: boolean;
  /**
   * A part of the store, which a directory's permissions can keep others from writing to: `scopes/NAME` in it. Default: none; what is in
   * a scope is not to be seen then.
   */
  readonly scope?: string | undefined;
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
  readonly #directory: string;
  /** That, or of a scope its own. */
  readonly #home: string;
  readonly #shared: boolean;
  readonly #newId: () => string;
  readonly #real = new Set<string>();
  #modes: Modes | undefined;
  #prefix: string | undefined;
  #count = 0;

  constructor({
    directory,
    clock = systemClock,
    fs = nodeFileSystem,
    shared = false,
    scope,
    newId = randomUUID,
  }: StoreFilesOptions) {
    this.#directory = resolve(directory);
    this.#home = scope === undefined ? this.#directory : scopeDirectoryOf(this.#directory, scope);
    this.#shared = shared;
    const root = `${this.#home}/v${storeFormat}`;
    this.fs = fs;
    this.root = root;
    this.clock = clock;
    this.blobs = new FanOut(`${root}/blobs`);
    this.metas = new FanOut(`${root}/metas`);
    this.quarantine = `${root}/quarantine`;
    this.marker = new StoreMarker({ fs, root, format: storeFormat, newId, modes: () => this.modes() });
    this.#newId = newId;
  }

  /** The stores of the scopes in this directory (see `StoreFilesOptions.scope`), for who looks after all of it. */
  scopes(): readonly StoreFiles[] {
    const { fs, clock } = this;
    const folder = `${this.#home}/scopes`;
    // Through a link they would be somebody else's.
    const isFolder = (path: string) => fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const directories = isFolder(folder) ? namesIn(fs, folder).map((name) => `${folder}/${name}`) : [];
    return directories
      .filter(isFolder)
      .map((directory) => new StoreFiles({ directory, clock, fs, newId: this.#newId }));
  }

  /** Whether anything was ever stored here, or in a scope of it. */
  isThere(): boolean {
    const isMade = this.fs.lstatSync(this.root, { throwIfNoEntry: false }) !== undefined;
    return isMade || this.scopes().some((files) => files.isThere());
  }

  /** No two processes, threads or machines on a network drive ever get the same. */
  uniqueName(): string {
    this.#prefix ??= this.#newId();
    this.#count += 1;
    return `${this.#prefix}-${this.#count}`;
  }

  /** @throws `ELOOP` where a folder above it is a link (see `refuseLink`) */
  blobPath(digest: string): string {
    return this.#checked(this.blobs.pathOf(digest));
  }

  /** As `blobPath`. */
  metaPath(key: string): string {
    return this.#checked(this.metas.pathOf(key));
  }

  /** As `blobPath`. */
  quarantinePath(name: string): string {
    return this.#checked(`${this.quarantine}/${name}`);
  }

  makeFolder(folder: string): void {
    this.marker.ensure();
    makeFolders(this.fs, folder, this.modes());
  }

  #checked(path: string): string {
    this.#checkFolder(dirname(path));
    return path;
  }

  /** Once each: there are some five hundred of them. The store's own directory may well be a link. */
  #checkFolder(folder: string): void {
    if (this.#real.has(folder) || folder === this.#directory) return;
    this.#checkFolder(dirname(folder));
    if (refuseLink(this.fs, folder)) this.#real.add(folder);
  }

  /** @throws `ENOENT` where a shared directory is not there: to make one would hide that its drive is not mounted. */
  modes(): Modes {
    this.#modes ??= this.#shared ? modesOf(this.#statsToFollow().mode) : this.#ownModes();
    return this.#modes;
  }

  /** Whoever made the folder of a scope beforehand has given it the permissions that it is to have. */
  #statsToFollow(): Stats {
    const own = this.fs.lstatSync(`${this.#home}/.`, { throwIfNoEntry: false });
    return own ?? this.fs.lstatSync(`${this.#directory}/.`);
  }

  /** Whoever looks after a directory that others share, as their local store, must not shut them out of what it repairs. */
  #ownModes(): Modes {
    const mode = this.fs.lstatSync(this.root, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o077) === 0 ? privateModes : modesOf(mode);
  }
}

/** A scope may be called like a branch: its slashes make no folders, and no dots lead out of this one. */
function scopeDirectoryOf(directory: string, scope: string): string {
  checkPlaceName('a scope', scope);
  return `${directory}/scopes/${encodeURIComponent(scope).replaceAll('.', '%2E')}`;
}

/** The set-group-id bit too: it hands the directory's group down. */
function modesOf(mode: number): Modes {
  return { folder: mode & 0o2777, file: mode & 0o666, isExact: true };
}
