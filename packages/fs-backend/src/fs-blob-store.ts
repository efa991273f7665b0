import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { Blob, BlobRef, BlobResult, BlobStore, CallOptions, Digest } from '@cleanmiss/core';
import { forEachInBatches } from './batches.js';
import { quarantineBlob } from './quarantine.js';
import { readWhole } from './read-whole.js';
import { removeFile, renew } from './retire.js';
import type { StoreFiles } from './store-files.js';
import { writeFile } from './write-file.js';

/** One plain file a blob, under its digest. Reading takes no lock. */
export class FsBlobStore implements BlobStore {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const results: BlobResult[] = [];
    // On a new machine all of them: a read that fails costs more than one that does not.
    const absentFolders = new Set<string>();
    await forEachInBatches(refs, options, (ref) => {
      const folder = dirname(this.#pathOf(ref.digest));
      const result = absentFolders.has(folder) ? missing : this.#read(ref);
      if (result === missing && !this.#files.fs.existsSync(folder)) absentFolders.add(folder);
      results.push(result);
      return ref.size;
    });
    return results;
  }

  async putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    const distinct = new Map(blobs.map((blob) => [blob.ref.digest, blob]));
    await forEachInBatches(distinct.values(), options, ({ ref, bytes }) => {
      this.#write(ref.digest, bytes);
      return bytes.length;
    });
  }

  async findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    const missing: BlobRef[] = [];
    await forEachInBatches(refs, options, (ref) => {
      if (!this.#isPresent(ref)) missing.push(ref);
      return 0;
    });
    return missing;
  }

  async deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    await forEachInBatches(digests, options, (digest) => {
      removeFile(this.#files, this.#pathOf(digest));
      return 0;
    });
  }

  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    await forEachInBatches(refs, options, async ({ digest }) => {
      await quarantineBlob(this.#files, digest, options?.signal);
      return 0;
    });
  }

  #read(ref: BlobRef): BlobResult {
    const { fs, blobs } = this.#files;
    const read = readWhole(fs, this.#pathOf(ref.digest), ref.size, ref.size);
    switch (read.kind) {
      case 'whole':
        return { found: true, bytes: read.bytes };
      case 'absent':
        return missing;
      case 'foreign':
        // Bytes of a length that cannot be right: whoever verifies sees it at once, and has it quarantined.
        return { found: true, bytes: new Uint8Array(ref.size === 0 ? 1 : 0) };
      case 'unreadable':
        // This one file, or all of them? If the folder cannot be entered either, this throws, and the store is out of order.
        fs.accessSync(blobs.directory, constants.R_OK | constants.X_OK);
        return { found: false, reason: 'unavailable' };
    }
  }

  #write(digest: Digest, bytes: Uint8Array): void {
    const path = this.#pathOf(digest);
    if (this.#holds(path, bytes)) return;
    try {
      writeFile(this.#files, path, bytes);
    } catch (error) {
      // Refused because another process put the same bytes there and somebody has them open (Windows): all is well.
      if (!this.#holds(path, bytes)) throw error;
    }
  }

  /** Compared byte by byte: as cheap as a hash, and a damaged blob is replaced by the good one in hand. */
  #holds(path: string, bytes: Uint8Array): boolean {
    const { fs } = this.#files;
    // Most blobs that are put are new, and this is the cheapest way to learn it: an open that fails costs four times as much.
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.size !== bytes.length) return false;
    const read = readWhole(fs, path, bytes.length, bytes.length);
    return read.kind === 'whole' && Buffer.compare(read.bytes, bytes) === 0 && renew(this.#files, path);
  }

  #isPresent(ref: BlobRef): boolean {
    const path = this.#pathOf(ref.digest);
    const stats = this.#files.fs.lstatSync(path, { throwIfNoEntry: false });
    return stats?.size === ref.size && stats.isFile() && renew(this.#files, path);
  }

  #pathOf(digest: Digest): string {
    return this.#files.blobPath(digest);
  }
}

const missing: BlobResult = { found: false, reason: 'blob-missing' };
