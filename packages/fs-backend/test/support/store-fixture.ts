import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  blobOf,
  loadChecksum,
  StoredCache,
  VerifyingBlobStore,
  type Blob,
  type Cache,
} from '@cleanmiss/core';
import { FsBlobStore, FsMaintenance, FsMetaStore, StoreFiles, type FileSystem } from '@cleanmiss/fs-backend';
import * as nodeFs from 'node:fs';

const checksumOf = await loadChecksum();
export const hourMs = 60 * 60 * 1000;

/** A store in a folder of its own, with everything inside it within reach. */
export class StoreFixture {
  readonly files: StoreFiles;
  readonly blobs: FsBlobStore;
  readonly metas: FsMetaStore;
  readonly maintenance: FsMaintenance;
  readonly cache: Cache;
  readonly directory: string;

  constructor(directory: string, fs: Partial<FileSystem> = {}, now: () => number = () => Date.now()) {
    this.directory = directory;
    this.files = new StoreFiles({ directory, fs: { ...nodeFs, ...fs }, clock: { now } });
    this.blobs = new FsBlobStore(this.files);
    this.metas = new FsMetaStore(this.files, { syncMetas: false });
    this.maintenance = new FsMaintenance(this.files);
    const blobs = new VerifyingBlobStore(this.blobs);
    this.cache = new StoredCache({ blobs, metas: this.metas, writer: 'test' });
  }

  /** The same store as another process sees it, or as this one does with other functions under it. */
  with(fs: Partial<FileSystem>, now?: () => number): StoreFixture {
    return new StoreFixture(this.directory, fs, now);
  }

  /** The same store later: nothing has to be waited for. */
  later(ms: number): StoreFixture {
    return new StoreFixture(this.directory, {}, () => Date.now() + ms);
  }

  pathOf({ ref }: Blob): string {
    return this.files.blobs.pathOf(ref.digest);
  }

  /** Overwrites the file in place, as a bad disk does. */
  damage(blob: Blob, content = 'damaged'): void {
    writeFileSync(this.pathOf(blob), content);
  }

  /** As if nobody had touched it for so long. */
  age(path: string, ms: number): void {
    const seconds = (Date.now() - ms) / 1000;
    utimesSync(path, seconds, seconds);
  }

  /** Every file in the store, by its path inside, except the marker. */
  list(): readonly string[] {
    return filesIn(this.files.root).filter((path) => path !== 'store.json');
  }

  quarantined(): readonly string[] {
    return filesIn(this.files.quarantine);
  }
}

export function openFixture(t: TestContext): StoreFixture {
  return new StoreFixture(temporaryDirectory(t));
}

/** Removed when the test is done. */
export function temporaryDirectory(t: TestContext): string {
  const directory = newDirectory();
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'cleanmiss-fs-'));
}

export function blobFrom(content: string | Uint8Array): Blob {
  return blobOf(Buffer.from(content), checksumOf);
}

export function contentAt(path: string): string {
  return readFileSync(path, 'utf8');
}

/** What the operating system would say. */
export function systemError(code: string, syscall = 'open'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

export function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
