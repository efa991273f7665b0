import { CacheError, loadChecksum, type ChecksumOf, type GcOptions, type GcReport } from '@cleanmiss/core';
import { namesIn, temporaryPrefix, type FanOutEntry } from './fan-out.js';
import { readMetaFile } from './meta-file.js';
import { NeededBlobs } from './needed-blobs.js';
import { Pacer } from './pacer.js';
import type { StoreFiles } from './store-files.js';
import { drySweeperOf, sweeperOf, type Sweeper } from './sweeper.js';
import { UseOrder, type LastUse } from './use-order.js';

const hourMs = 60 * 60 * 1000;
const defaultGraceMs = hourMs;
const defaultMaxAgeMs = 30 * 24 * hourMs;

export async function collect(files: StoreFiles, options: GcOptions = {}): Promise<GcReport> {
  const graceMs = amountOf('graceMs', 'milliseconds', options.graceMs, defaultGraceMs);
  const maxAgeMs = amountOf('maxAgeMs', 'milliseconds', options.maxAgeMs, defaultMaxAgeMs);
  const maxBytes = amountOf('maxBytes', 'bytes', options.maxBytes, Infinity);
  const now = files.clock.now();
  const collection = new Collection(files, {
    graceCutoffMs: now - graceMs,
    ageCutoffMs: now - Math.max(graceMs, maxAgeMs),
    maxBytes,
    sweeper: options.dryRun ? drySweeperOf(files) : sweeperOf(files),
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
  readonly maxBytes: number;
  readonly sweeper: Sweeper;
  readonly pacer: Pacer;
  readonly checksumOf: ChecksumOf;
}

/**
 * One mark and sweep. Metas go before the blobs that they name: who finds a meta finds its blobs. It holds 40 bytes of each meta
 * and 12 to 24 of each blob that is needed.
 */
class Collection {
  readonly #files: StoreFiles;
  readonly #options: CollectionOptions;
  readonly #metas = new UseOrder();
  readonly #needed: NeededBlobs;
  #removedMetas = 0;
  #removedBlobs = 0;
  #removedBytes = 0;
  #keptMetas = 0;
  #keptBlobs = 0;
  #keptBytes = 0;

  constructor(files: StoreFiles, options: CollectionOptions) {
    this.#files = files;
    this.#options = options;
    this.#needed = new NeededBlobs({ files, checksumOf: options.checksumOf, maxBytes: options.maxBytes });
  }

  async run(): Promise<GcReport> {
    const { fs, metas, blobs } = this.#files;
    const { maxBytes } = this.#options;
    await this.#each(metas.entries(fs), (entry) => this.#listMeta(entry));
    // What is too young to go takes its part of the bound whoever names it.
    if (maxBytes < Infinity) await this.#each(blobs.entries(fs), (entry) => this.#countYoungBlob(entry));
    await this.#each(this.#metas.latestFirst(), (use) => this.#visitMeta(use));
    await this.#each(blobs.entries(fs), (entry) => this.#visitBlob(entry));
    this.#emptyQuarantine();
    this.#sweepMarkers();
    return {
      removedMetas: this.#removedMetas,
      removedBlobs: this.#removedBlobs,
      removedBytes: this.#removedBytes,
      keptMetas: this.#keptMetas,
      keptBlobs: this.#keptBlobs,
      keptBytes: this.#keptBytes,
      excessBytes: Math.max(0, this.#keptBytes - maxBytes),
    };
  }

  async #each<T>(items: Iterable<T>, visit: (item: T) => number): Promise<void> {
    for (const item of items) {
      if (this.#options.pacer.isDue(visit(item))) await this.#options.pacer.pause();
    }
  }

  #listMeta(entry: FanOutEntry): number {
    const { sweeper, ageCutoffMs } = this.#options;
    switch (entry.kind) {
      case 'temporary':
        return this.#sweepTemporary(entry.path);
      case 'file': {
        const timeMs = this.#timeOf(entry.path);
        if (timeMs !== undefined) this.#metas.add(entry.name, timeMs);
        return 0;
      }
      case 'retired': {
        // Another collection may have taken its name for a moment. It is needed under either.
        const file = this.#readMeta(entry.name, entry.path);
        if (file.kind === 'meta') this.#needed.addMeta(file.meta);
        sweeper.settle(entry.path, entry.home, ageCutoffMs);
        return 0;
      }
    }
  }

  #countYoungBlob(entry: FanOutEntry): number {
    if (entry.kind !== 'file') return 0;
    const stats = this.#files.fs.lstatSync(entry.path, { throwIfNoEntry: false });
    if (stats?.isFile() && stats.mtimeMs >= this.#options.graceCutoffMs)
      this.#needed.add(entry.name, stats.size);
    return 0;
  }

  #visitMeta({ name, timeMs }: LastUse): number {
    const { graceCutoffMs, ageCutoffMs } = this.#options;
    const path = this.#files.metas.pathOf(name);
    if (timeMs < ageCutoffMs && this.#removeMeta(path, ageCutoffMs)) return 0;
    const file = this.#readMeta(name, path);
    switch (file.kind) {
      case 'absent':
        return 0;
      case 'corrupt':
        if (!this.#removeMeta(path, graceCutoffMs)) this.#keptMetas += 1;
        return 0;
      case 'unknown-format':
        this.#keptMetas += 1;
        return 0;
      case 'meta': {
        const isRefused = timeMs < graceCutoffMs && !this.#needed.addMetaIfRoom(file.meta);
        if (isRefused && this.#removeMeta(path, graceCutoffMs)) return file.bytes;
        // The young ones, and a refused one that somebody has used since: it is the youngest now.
        this.#needed.addMeta(file.meta);
        this.#keptMetas += 1;
        return file.bytes;
      }
    }
  }

  #visitBlob(entry: FanOutEntry): number {
    const { graceCutoffMs, sweeper } = this.#options;
    if (entry.kind === 'temporary') return this.#sweepTemporary(entry.path);
    if (entry.kind === 'retired') {
      // Its collector was killed when a writer had just relied on it, however long ago that was.
      const cutoffMs = this.#needed.has(entry.name) ? -Infinity : graceCutoffMs;
      sweeper.settle(entry.path, entry.home, cutoffMs);
      return 0;
    }
    const stats = this.#files.fs.lstatSync(entry.path, { throwIfNoEntry: false });
    if (!stats) return 0;
    if (!stats.isFile()) {
      sweeper.quarantine(entry.path);
    } else if (this.#isNeeded(entry.name, stats.mtimeMs) || !sweeper.retire(entry.path, graceCutoffMs)) {
      this.#keptBlobs += 1;
      this.#keptBytes += stats.size;
    } else {
      this.#removedBlobs += 1;
      this.#removedBytes += stats.size;
    }
    return 0;
  }

  #isNeeded(name: string, mtimeMs: number): boolean {
    return mtimeMs >= this.#options.graceCutoffMs || this.#needed.has(name);
  }

  #readMeta(name: string, path: string): ReturnType<typeof readMetaFile> {
    return readMetaFile(this.#files, name, path, this.#options.checksumOf);
  }

  #removeMeta(path: string, cutoffMs: number): boolean {
    const isRemoved = this.#options.sweeper.retire(path, cutoffMs);
    if (isRemoved) this.#removedMetas += 1;
    return isRemoved;
  }

  /** What a killed writer has left. One that lives and is slower than the grace period writes it again. */
  #sweepTemporary(path: string): number {
    const { graceCutoffMs, sweeper } = this.#options;
    if ((this.#timeOf(path) ?? Infinity) < graceCutoffMs) sweeper.remove(path);
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
      if (stats && stats.ctimeMs < this.#options.ageCutoffMs) this.#options.sweeper.removeAll(path);
    }
  }

  /** `undefined` where there is nothing. */
  #timeOf(path: string): number | undefined {
    return this.#files.fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  }
}

function amountOf(name: string, unit: string, value: number | undefined, standard: number): number {
  if (value === undefined) return standard;
  if (value >= 0) return value;
  throw new CacheError('ERR_INVALID_OPTION', `${name} must be ${unit}, zero or more; it is ${value}`);
}
