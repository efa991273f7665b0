import type {
  CallOptions,
  GcOptions,
  GcReport,
  Maintenance,
  StoreStats,
  VerifyOptions,
  VerifyReport,
} from '@cleanmiss/core';
import { collect } from './collect.js';
import { namesIn } from './fan-out.js';
import { orOutage } from './outage.js';
import { Pacer } from './pacer.js';
import type { StoreFiles } from './store-files.js';
import { verify } from './verify.js';

/** Needs no lock either: each step leaves the store such that every other process may go on. */
export class FsMaintenance implements Maintenance {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return orOutage(() => count(this.#files, options?.signal));
  }

  verify(options?: VerifyOptions): Promise<VerifyReport> {
    return orOutage(() => verify(this.#files, options));
  }

  gc(options?: GcOptions): Promise<GcReport> {
    return orOutage(() => collect(this.#files, options));
  }
}

async function count(files: StoreFiles, signal: AbortSignal | undefined): Promise<StoreStats> {
  const { fs } = files;
  const pacer = new Pacer(signal);
  let [metas, blobs, blobBytes] = [0, 0, 0];
  for (const entry of files.metas.entries(fs)) {
    if (entry.kind === 'file') metas += 1;
  }
  for (const entry of files.blobs.entries(fs)) {
    const stats = entry.kind === 'file' ? fs.lstatSync(entry.path, { throwIfNoEntry: false }) : undefined;
    if (stats) {
      blobs += 1;
      blobBytes += stats.size;
    }
    if (pacer.isDue(0)) await pacer.pause();
  }
  return { metas, blobs, blobBytes, quarantined: namesIn(fs, files.quarantine).length };
}
