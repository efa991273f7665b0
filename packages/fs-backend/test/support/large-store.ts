import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  encodeIndex,
  encodeMeta,
  keyHashOf,
  loadChecksum,
  type Blob,
  type NamedBlobRef,
} from '@cleanmiss/core';
import { StoreFiles } from '@cleanmiss/fs-backend';
import { blobFrom } from './store-fixture.js';

const checksumOf = await loadChecksum();
const blobsPerIndex = 100;
const indexesPerMeta = 4;

export interface LargeStore {
  readonly directory: string;
  readonly metas: number;
  /** Named by a meta or an index, indexes included; as many bytes as `neededBytes`. */
  readonly needed: number;
  readonly neededBytes: number;
  readonly unneeded: number;
}

/** `count` small blobs, of which nobody names every second. Of the others half are listed by indexes, and half have a meta each. */
export function makeLargeStore(t: TestContext, count: number): LargeStore {
  // Memory, where there is some: a disk is not what is tried here.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const directory = mkdtempSync(join(place, 'cleanmiss-large-'));
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const maker = new Maker(directory);
  for (let n = 0; n < count / 2; n++) maker.putBlob(blobFrom(`unneeded ${n}`));
  for (let n = 0; n < count / 4; n++)
    maker.putMeta(`single ${n}`, [maker.needed(blobFrom(`single ${n}`)).ref]);
  const listed = Array.from({ length: Math.ceil(count / 4 / blobsPerIndex) }, (_, i) => maker.putIndex(i));
  for (let n = 0; n < listed.length; n += indexesPerMeta) {
    // Each shares half of its indexes with the next one.
    maker.putMeta(`snapshot ${n}`, listed.slice(n, n + 1.5 * indexesPerMeta));
  }
  return { ...maker.counts(), unneeded: Math.ceil(count / 2) };
}

class Maker {
  readonly #files: StoreFiles;
  readonly #folders = new Set<string>();
  #metas = 0;
  #needed = 0;
  #neededBytes = 0;

  constructor(readonly directory: string) {
    this.#files = new StoreFiles({ directory });
  }

  counts() {
    return {
      directory: this.directory,
      metas: this.#metas,
      needed: this.#needed,
      neededBytes: this.#neededBytes,
    };
  }

  putBlob({ ref, bytes }: Blob): void {
    this.#write(this.#files.blobs.pathOf(ref.digest), bytes);
  }

  needed(blob: Blob): Blob {
    this.putBlob(blob);
    this.#needed += 1;
    this.#neededBytes += blob.bytes.length;
    return blob;
  }

  putIndex(n: number): NamedBlobRef {
    const blobs = Array.from({ length: blobsPerIndex }, (_, i) => this.needed(blobFrom(`listed ${n} ${i}`)));
    const index = blobFrom(encodeIndex(blobs.map(({ ref }) => ({ refs: [ref], about: { n } }))));
    return { ...this.needed(index).ref, index: true };
  }

  putMeta(key: string, refs: readonly NamedBlobRef[]): void {
    const blobs = new Map(refs.map((ref, i) => [String(i), ref]));
    const meta = { key, blobs, attributes: {}, writer: 'test', time: 0 };
    this.#write(this.#files.metas.pathOf(keyHashOf(key)), encodeMeta(meta, checksumOf));
    this.#metas += 1;
  }

  #write(path: string, bytes: Uint8Array): void {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    writeFileSync(path, bytes);
  }
}
