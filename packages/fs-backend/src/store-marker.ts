import { isJsonObject, parseJson } from '@cleanmiss/core';
import { temporaryPrefix } from './fan-out.js';
import { errorCodeOf, type FileSystem, makeFolders, type Modes } from './file-system.js';
import { readWhole } from './read-whole.js';
import { writeNewFile } from './write-file.js';

const maxMarkerBytes = 4096;

export interface StoreMarkerOptions {
  readonly fs: FileSystem;
  readonly root: string;
  readonly format: number;
  readonly newId: () => string;
  readonly modes: () => Modes;
}

/**
 * `store.json`: which format the folder around it has, and an id by which to tell this store from every other one,
 * and from the one that was here before somebody emptied the place.
 */
export class StoreMarker {
  readonly #options: StoreMarkerOptions;
  readonly #path: string;
  #ensured = false;

  constructor(options: StoreMarkerOptions) {
    this.#options = options;
    this.#path = `${options.root}/store.json`;
  }

  /** Reads one small file. `undefined`: there is no store yet, none that says which it is, or none that can be read. */
  id(): string | undefined {
    try {
      return this.#read();
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  /** As `ensure`, and looks only the first time: a marker does not get lost every day. */
  ensureOnce(): void {
    if (!this.#ensured) this.ensure();
  }

  /** Comes before the first file: a store with something in it has an id. Of two writers at once, one's stays. */
  ensure(): void {
    if (this.id() === undefined) this.#write();
    this.#ensured = true;
  }

  #write(): void {
    const { fs, root, format, newId, modes } = this.#options;
    makeFolders(fs, root, modes());
    const id = newId();
    const temporary = `${root}/${temporaryPrefix}${id}`;
    writeNewFile(fs, temporary, Buffer.from(JSON.stringify({ format, id })), { modes: modes() });
    try {
      fs.linkSync(temporary, this.#path);
    } catch (error) {
      if (errorCodeOf(error) === 'EEXIST' && this.id() !== undefined) return;
      // No links on this file system, or what stands there is damaged.
      fs.renameSync(temporary, this.#path);
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  }

  #read(): string | undefined {
    const { fs, format } = this.#options;
    const read = readWhole(fs, this.#path, 1, maxMarkerBytes);
    const document = read.kind === 'whole' ? parseJson(Buffer.from(read.bytes).toString('utf8')) : undefined;
    if (!isJsonObject(document) || document['format'] !== format) return undefined;
    const id = document['id'];
    return typeof id === 'string' && id !== '' ? id : undefined;
  }
}
