import {
  loadChecksum,
  type ChecksumOf,
  type Digest,
  type Meta,
  type VerifyOptions,
  type VerifyReport,
} from '@cleanmiss/core';
import { BlobRepair } from './blob-repair.js';
import { namesIn } from './fan-out.js';
import { FsBlobStore } from './fs-blob-store.js';
import { readMetaFile } from './meta-file.js';
import { moveToQuarantine, nameBeforeQuarantine, putBack } from './move-aside.js';
import { NamedBlobs } from './named-blobs.js';
import { Pacer } from './pacer.js';
import { contentOf, quarantineBlob } from './quarantine.js';
import type { StoreFiles } from './store-files.js';

export interface StoreToVerify {
  readonly files: StoreFiles;
  /** The scopes beside it: their blobs are as good as its own, which a pull request relies on. */
  readonly others: readonly StoreFiles[];
}

/** A report for each. */
export async function verify(
  stores: readonly StoreToVerify[],
  options: VerifyOptions = {},
): Promise<readonly VerifyReport[]> {
  const checksumOf = await loadChecksum();
  const verifications = stores.map((store) => new Verification(store, checksumOf, options));
  // Of all of them, before the metas of the first: what those name may be in the last.
  for (const each of verifications) await each.verifyBlobs();
  const reports: VerifyReport[] = [];
  for (const each of verifications) reports.push(await each.verifyMetas());
  return reports;
}

/**
 * One pass over all blobs, then over all metas: what a meta names was there before it. Nothing is kept in memory of what is
 * whole, so that the store may be as large as its disk.
 */
class Verification {
  readonly #files: StoreFiles;
  readonly #checksumOf: ChecksumOf;
  readonly #signal: AbortSignal | undefined;
  readonly #pacer: Pacer;
  readonly #repair: BlobRepair;
  readonly #named: NamedBlobs;
  #metas = 0;
  #blobs = 0;
  #blobBytes = 0;
  #corruptBlobs = 0;
  #corruptMetas = 0;
  #incompleteMetas = 0;
  #unknownFormats = 0;

  constructor(
    { files, others }: StoreToVerify,
    checksumOf: ChecksumOf,
    { signal, repairFrom = [] }: VerifyOptions,
  ) {
    this.#files = files;
    this.#checksumOf = checksumOf;
    this.#signal = signal;
    this.#pacer = new Pacer(signal);
    this.#repair = new BlobRepair(new FsBlobStore(files), repairFrom, signal);
    this.#named = new NamedBlobs({ files, others, checksumOf, repair: this.#repair });
  }

  async verifyBlobs(): Promise<void> {
    await this.#rescueFromQuarantine();
    const { fs, blobs } = this.#files;
    for (const entry of blobs.entries(fs)) {
      if (entry.kind !== 'file') continue;
      const stats = fs.lstatSync(entry.path, { throwIfNoEntry: false });
      // Collected since the folder was listed.
      if (!stats) continue;
      if (await quarantineBlob(this.#files, entry.name as Digest, this.#signal)) {
        this.#corruptBlobs += 1;
      } else {
        this.#blobs += 1;
        this.#blobBytes += stats.size;
      }
      if (this.#pacer.isDue(stats.size)) await this.#pacer.pause();
    }
  }

  async verifyMetas(): Promise<VerifyReport> {
    await this.#eachMeta((name, path) => this.#verifyMeta(name, path));
    await this.#repair.settle();
    // What is listed in an index that was missing until now has not been looked at.
    if (this.#named.hasMissedIndex()) await this.#eachMeta((name, path) => this.#lookAgain(name, path));
    await this.#repair.settle();
    if (this.#named.isIncomplete()) await this.#eachMeta((name, path) => this.#countIncomplete(name, path));
    return {
      metas: this.#metas,
      blobs: this.#blobs,
      blobBytes: this.#blobBytes,
      corruptBlobs: this.#corruptBlobs,
      corruptMetas: this.#corruptMetas,
      ...this.#repair.report(),
      incompleteMetas: this.#incompleteMetas,
      unknownFormats: this.#unknownFormats,
    };
  }

  /** A process that was killed between moving something repaired and putting it back has left a good blob there, or a good meta. */
  async #rescueFromQuarantine(): Promise<void> {
    const { fs, blobs, metas, quarantine } = this.#files;
    for (const fileName of namesIn(fs, quarantine)) {
      const name = nameBeforeQuarantine(fileName);
      if (name === undefined) continue;
      const path = `${quarantine}/${fileName}`;
      const content = await contentOf(fs, path, this.#signal);
      if (content === name) putBack(fs, path, blobs.pathOf(name));
      else if (content !== undefined && this.#isMeta(name, path)) putBack(fs, path, metas.pathOf(name));
    }
  }

  #isMeta(name: string, path: string): boolean {
    return readMetaFile(this.#files, name, path, this.#checksumOf).kind === 'meta';
  }

  async #eachMeta(visit: (name: string, path: string) => Promise<void> | void): Promise<void> {
    const { fs, metas } = this.#files;
    for (const entry of metas.entries(fs)) {
      if (entry.kind === 'file') await visit(entry.name, entry.path);
      if (this.#pacer.isDue(0)) await this.#pacer.pause();
    }
  }

  async #verifyMeta(name: string, path: string): Promise<void> {
    const file = readMetaFile(this.#files, name, path, this.#checksumOf);
    switch (file.kind) {
      case 'absent':
        return;
      case 'unknown-format':
        this.#unknownFormats += 1;
        return;
      case 'corrupt':
        if (this.#removeCorruptMeta(name, path)) this.#corruptMetas += 1;
        return;
      case 'meta':
        this.#metas += 1;
        await this.#named.look(file.meta);
    }
  }

  async #lookAgain(name: string, path: string): Promise<void> {
    const meta = this.#readMeta(name, path);
    if (meta) await this.#named.look(meta);
  }

  #countIncomplete(name: string, path: string): void {
    const meta = this.#readMeta(name, path);
    if (meta && !this.#named.isComplete(meta)) this.#incompleteMetas += 1;
  }

  #readMeta(name: string, path: string): Meta | undefined {
    const file = readMetaFile(this.#files, name, path, this.#checksumOf);
    return file.kind === 'meta' ? file.meta : undefined;
  }

  /** As for blobs: what is moved away may be the good one that a writer has just put there. */
  #removeCorruptMeta(name: string, path: string): boolean {
    const { fs } = this.#files;
    const aside = moveToQuarantine(this.#files, path);
    if (aside === undefined) return false;
    if (readMetaFile(this.#files, name, aside, this.#checksumOf).kind === 'corrupt') {
      fs.rmSync(aside, { recursive: true, force: true });
      return true;
    }
    putBack(fs, aside, path);
    return false;
  }
}
