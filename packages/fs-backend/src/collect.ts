import {
  CacheError,
  loadChecksum,
  type ChecksumOf,
  type Digest,
  type GcOptions,
  type GcReport,
  type Meta,
} from '@cleanmiss/core';
import { namesIn, temporaryPrefix, type FanOutEntry } from './fan-out.js';
import { IndexBlobs } from './index-blobs.js';
import { readMetaFile } from './meta-file.js';
import { moveToQuarantine } from './move-aside.js';
import { Pacer } from './pacer.js';
import { removeFile, retire, settleRetired } from './retire.js';
import type { StoreFiles } from './store-files.js';

const hourMs = 60 * 60 * 1000;
const defaultGraceMs = hourMs;
const defaultMaxAgeMs = 30 * 24 * hourMs;

export async function collect(files: StoreFiles, options: GcOptions = {}): Promise<GcReport> {
  const graceMs = durationOf('graceMs', options.graceMs, defaultGraceMs);
  const maxAgeMs = Math.max(graceMs, durationOf('maxAgeMs', options.maxAgeMs, defaultMaxAgeMs));
  const now = files.clock.now();
  const collection = new Collection(files, {
    graceCutoffMs: now - graceMs,
    ageCutoffMs: now - maxAgeMs,
    pacer: new Pacer(options.signal),
    checksumOf: await loadChecksum(),
  });
  return collection.run();
}

interface CollectionOptions {
  /** What was touched after this stays. */
  readonly graceCutoffMs: number;
  /** Metas that were last used before this go. */
  readonly ageCutoffMs: number;
  readonly pacer: Pacer;
  readonly checksumOf: ChecksumOf;
}

/** One mark and sweep. Metas go before the blobs that they name: who finds a meta finds its blobs. */
class Collection {
  readonly #files: StoreFiles;
  readonly #options: CollectionOptions;
  readonly #marked = new Set<Digest>();
  readonly #indexes: IndexBlobs;
  #removedMetas = 0;
  #removedBlobs = 0;
  #removedBytes = 0;
  #keptBlobs = 0;
  #keptBytes = 0;

  constructor(files: StoreFiles, options: CollectionOptions) {
    this.#files = files;
    this.#options = options;
    this.#indexes = new IndexBlobs(files, options.checksumOf);
  }

  async run(): Promise<GcReport> {
    await this.#each(this.#files.metas.entries(this.#files.fs), (entry) => this.#visitMeta(entry));
    await this.#each(this.#files.blobs.entries(this.#files.fs), (entry) => this.#visitBlob(entry));
    this.#emptyQuarantine();
    this.#sweepMarkers();
    return {
      removedMetas: this.#removedMetas,
      removedBlobs: this.#removedBlobs,
      removedBytes: this.#removedBytes,
      keptBlobs: this.#keptBlobs,
      keptBytes: this.#keptBytes,
    };
  }

  async #each(entries: Iterable<FanOutEntry>, visit: (entry: FanOutEntry) => number): Promise<void> {
    for (const entry of entries) {
      if (this.#options.pacer.isDue(visit(entry))) await this.#options.pacer.pause();
    }
  }

  #visitMeta(entry: FanOutEntry): number {
    const { graceCutoffMs, ageCutoffMs, checksumOf } = this.#options;
    if (entry.kind === 'temporary') return this.#sweepTemporary(entry.path);
    if (entry.kind === 'file' && this.#timeOf(entry.path) < ageCutoffMs) {
      if (retire(this.#files, entry.path, ageCutoffMs)) {
        this.#removedMetas += 1;
        return 0;
      }
    }
    // Another collection may have taken this one's name for a moment. It is marked under either.
    const file = readMetaFile(this.#files, entry.name, entry.path, checksumOf);
    if (file.kind === 'meta') this.#mark(file.meta);
    if (entry.kind === 'retired') settleRetired(this.#files, entry.path, entry.home, ageCutoffMs);
    else if (file.kind === 'corrupt' && retire(this.#files, entry.path, graceCutoffMs))
      this.#removedMetas += 1;
    return file.kind === 'meta' ? file.bytes : 0;
  }

  #mark(meta: Meta): void {
    for (const ref of meta.blobs.values()) {
      this.#marked.add(ref.digest);
      if (!ref.index) continue;
      for (const listed of this.#indexes.listedBy(ref) ?? []) this.#marked.add(listed.digest);
    }
  }

  #visitBlob(entry: FanOutEntry): number {
    const { graceCutoffMs } = this.#options;
    if (entry.kind === 'temporary') return this.#sweepTemporary(entry.path);
    if (entry.kind === 'retired') {
      // Its collector was killed when a writer had just relied on it, however long ago that was.
      const cutoffMs = this.#marked.has(entry.name as Digest) ? -Infinity : graceCutoffMs;
      settleRetired(this.#files, entry.path, entry.home, cutoffMs);
      return 0;
    }
    const stats = this.#files.fs.lstatSync(entry.path, { throwIfNoEntry: false });
    if (!stats) return 0;
    if (!stats.isFile()) {
      moveToQuarantine(this.#files, entry.path);
    } else if (this.#isNeeded(entry.name, stats.mtimeMs) || !retire(this.#files, entry.path, graceCutoffMs)) {
      this.#keptBlobs += 1;
      this.#keptBytes += stats.size;
    } else {
      this.#removedBlobs += 1;
      this.#removedBytes += stats.size;
    }
    return 0;
  }

  #isNeeded(name: string, mtimeMs: number): boolean {
    return this.#marked.has(name as Digest) || mtimeMs >= this.#options.graceCutoffMs;
  }

  /** What a killed writer has left. One that lives and is slower than the grace period writes it again. */
  #sweepTemporary(path: string): number {
    if (this.#timeOf(path) < this.#options.graceCutoffMs) removeFile(this.#files, path);
    return 0;
  }

  #sweepMarkers(): void {
    const { fs, root } = this.#files;
    for (const name of namesIn(fs, root)) {
      if (name.startsWith(temporaryPrefix)) this.#sweepTemporary(`${root}/${name}`);
    }
  }

  /** Damage is kept for whoever wants to know what happened, as long as a meta that nobody uses. */
  #emptyQuarantine(): void {
    const { fs, quarantine } = this.#files;
    for (const name of namesIn(fs, quarantine)) {
      const path = `${quarantine}/${name}`;
      const stats = fs.lstatSync(path, { throwIfNoEntry: false });
      // The time of the move: the file's own is from before.
      if (stats && stats.ctimeMs < this.#options.ageCutoffMs)
        fs.rmSync(path, { recursive: true, force: true });
    }
  }

  /** Never old where there is nothing. */
  #timeOf(path: string): number {
    return this.#files.fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  }
}

function durationOf(name: string, value: number | undefined, standard: number): number {
  if (value === undefined) return standard;
  if (value >= 0) return value;
  throw new CacheError('ERR_INVALID_OPTION', `${name} must be milliseconds, zero or more; it is ${value}`);
}
