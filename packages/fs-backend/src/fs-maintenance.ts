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

/**
 * Of a store and of the scopes in its directory, each by itself, in one report. (A meta in a scope may rely on the blobs of
 * another: a verification knows that, and a collection does not keep them for it.) Needs no lock either: each step leaves the
 * store such that every other process may go on.
 */
export class FsMaintenance implements Maintenance {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  stats(options?: CallOptions): Promise<StoreStats> {
    return this.#each((files) => count(files, options?.signal));
  }

  verify(options?: VerifyOptions): Promise<VerifyReport> {
    return orOutage(async () => {
      const scopes = this.#files.scopes();
      const stores = [
        { files: this.#files, others: [] },
        ...scopes.map((files) => ({ files, others: scopes.filter((other) => other !== files) })),
      ];
      return (await verify(stores, options)).reduce(sumOf);
    });
  }

  gc(options?: GcOptions): Promise<GcReport> {
    return this.#each((files) => collect(files, options));
  }

  #each<Report extends object>(step: (files: StoreFiles) => Promise<Report>): Promise<Report> {
    return orOutage(async () => {
      let total = await step(this.#files);
      for (const files of this.#files.scopes()) total = sumOf(total, await step(files));
      return total;
    });
  }
}

/** Counts are added, lists are joined. */
function sumOf<Report extends object>(a: Report, b: Report): Report {
  const members = Object.entries(a).map(([name, value]: readonly [string, unknown]) => {
    const other: unknown = b[name as keyof Report];
    if (Array.isArray(value)) return [name, [...(value as unknown[]), ...(other as unknown[])]];
    return [name, (value as number) + (other as number)];
  });
  return Object.fromEntries(members) as Report;
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
