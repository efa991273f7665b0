import {
  failOpen,
  type Blob,
  type BlobRef,
  type BlobResult,
  type BlobStore,
  type CallOptions,
  type RepairReport,
  type RepairSource,
  type VerifyReport,
} from '@cleanmiss/core';

/** One question to a source: enough of it for a network, and little enough to hold. */
const maxBatchBlobs = 1000;
const maxBatchBytes = 16 * 1024 * 1024;

/** Puts back what is damaged or missing, from the first source that has it. */
export class BlobRepair {
  readonly #local: BlobStore;
  readonly #sources: readonly Source[];
  readonly #wanted = new Map<string, BlobRef>();
  #wantedBytes = 0;
  /** Grows with what is lost, not with the store. */
  readonly #lost = new Set<string>();

  constructor(local: BlobStore, sources: readonly RepairSource[], signal: AbortSignal | undefined) {
    this.#local = local;
    this.#sources = sources.map((source) => new Source(source, signal ? { signal } : {}));
  }

  /** It is put back by the next `settle`, or earlier. */
  async want(ref: BlobRef): Promise<void> {
    const name = nameOf(ref);
    if (this.#lost.has(name) || this.#wanted.has(name)) return;
    this.#wanted.set(name, ref);
    this.#wantedBytes += ref.size;
    if (this.#wanted.size >= maxBatchBlobs || this.#wantedBytes >= maxBatchBytes) await this.settle();
  }

  /** Each blob that was wanted is now back, or lost. */
  async settle(): Promise<void> {
    let wanted: readonly BlobRef[] = [...this.#wanted.values()];
    this.#wanted.clear();
    this.#wantedBytes = 0;
    for (const source of this.#sources) {
      if (wanted.length === 0) return;
      const found = await source.find(wanted);
      await this.#local.putMany([...found.values()]);
      wanted = wanted.filter((ref) => !found.has(nameOf(ref)));
    }
    for (const ref of wanted) this.#lost.add(nameOf(ref));
  }

  isLost(ref: BlobRef): boolean {
    return this.#lost.has(nameOf(ref));
  }

  lostBlobs(): number {
    return this.#lost.size;
  }

  report(): Pick<VerifyReport, 'repairedBlobs' | 'missingBlobs' | 'repairs'> {
    const repairs = this.#sources.map((source) => source.report());
    const repairedBlobs = repairs.reduce((sum, { blobs }) => sum + blobs, 0);
    return { repairedBlobs, missingBlobs: this.#lost.size, repairs };
  }
}

/** After its first outage it is not asked any more: what is left of the verification does not wait for it. */
class Source {
  readonly #source: RepairSource;
  readonly #options: CallOptions;
  #blobs = 0;
  #blobBytes = 0;
  #failure: string | null = null;

  constructor(source: RepairSource, options: CallOptions) {
    this.#source = source;
    this.#options = options;
  }

  async find(refs: readonly BlobRef[]): Promise<ReadonlyMap<string, Blob>> {
    const found = new Map<string, Blob>();
    for (const [i, result] of (await this.#ask(refs)).entries()) {
      if (!result.found) continue;
      const ref = refs[i]!;
      found.set(nameOf(ref), { ref, bytes: result.bytes });
      this.#blobs += 1;
      this.#blobBytes += ref.size;
    }
    return found;
  }

  report(): RepairReport {
    const { name } = this.#source;
    return { source: name, blobs: this.#blobs, blobBytes: this.#blobBytes, failure: this.#failure };
  }

  async #ask(refs: readonly BlobRef[]): Promise<readonly BlobResult[]> {
    if (this.#failure !== null) return [];
    const { name, blobs } = this.#source;
    return await failOpen(
      `read from ${name}`,
      (event) => {
        if (event.type === 'degraded') this.#failure = (event.error as Error).message;
      },
      () => blobs.getMany(refs, this.#options),
      [],
    );
  }
}

/** With its size: what lies about that is not to be had, and says nothing of the true one. */
function nameOf({ digest, size }: BlobRef): string {
  return `${digest} ${size}`;
}
