import { matchesChecksum, type Blob } from './blob-ref.js';
import type { Cache } from './cache.js';
import type { CallOptions } from './call-options.js';
import { loadChecksum } from './checksum.js';
import type { EventSink } from './events.js';
import { failOpen } from './fail-open.js';
import type { StoredEntry } from './journal.js';

/** What came from a remote and is on its way into the local tier; entries after the blobs that they name. */
interface Fill {
  readonly blobs: readonly Blob[];
  readonly entries: readonly StoredEntry[];
}

/** Beyond this much content, what waits is stored at once. */
const maxWaitingBytes = 64 * 1024 * 1024;

export interface FillQueueOptions {
  readonly events: EventSink;
  /**
   * Store when `settle` is called, and not while somebody waits for what was read: a run does it beside its checker.
   */
  readonly deferred: boolean;
}

/** Fills the local tier with what a remote answered. Failing to is an event, and no reason to withhold the answer. */
export class FillQueue {
  readonly #local: Cache;
  readonly #options: FillQueueOptions;
  #waiting: Fill[] = [];
  #waitingBytes = 0;
  #storing: Promise<void> = Promise.resolve();

  constructor(local: Cache, options: FillQueueOptions) {
    this.#local = local;
    this.#options = options;
  }

  async add(fill: Partial<Fill>, options?: CallOptions): Promise<void> {
    const { blobs = [], entries = [] } = fill;
    if (blobs.length === 0 && entries.length === 0) return;
    this.#waiting.push({ blobs, entries });
    this.#waitingBytes += blobs.reduce((sum, { ref }) => sum + ref.size, 0);
    if (!this.#options.deferred || this.#waitingBytes > maxWaitingBytes) await this.settle(options);
  }

  /** Stores what waits. */
  async settle(options?: CallOptions): Promise<void> {
    const fills = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    // One after the other: the entries of a later fill may name blobs of an earlier one.
    this.#storing = this.#storing.then(() => this.#store(fills, options));
    await this.#storing;
  }

  async #store(fills: readonly Fill[], options: CallOptions | undefined): Promise<void> {
    const step = async () => {
      for (const { blobs, entries } of fills) {
        if (blobs.length > 0) await this.#storeBlobs(blobs, options);
        if (entries.length > 0) await this.#storeEntries(entries, options);
      }
    };
    // Also where it was broken off: whoever did that waits for the answer, not for this.
    await failOpen('fill', this.#options.events, step, undefined).catch((error: unknown) => {
      this.#options.events({ type: 'degraded', operation: 'fill', error });
    });
  }

  /** Whoever was answered owns the bytes, and may have written over them while they waited here. */
  async #storeBlobs(blobs: readonly Blob[], options: CallOptions | undefined): Promise<void> {
    const checksumOf = await loadChecksum();
    const isWhole = ({ bytes, ref }: Blob) =>
      !this.#options.deferred || matchesChecksum(bytes, ref, checksumOf);
    await this.#local.blobs.putMany(blobs.filter(isWhole), options);
  }

  /** Only those whose blobs are there: one may have been collected, or its fill has failed. Looking renews the others. */
  async #storeEntries(entries: readonly StoredEntry[], options: CallOptions | undefined): Promise<void> {
    const refs = entries.flatMap(({ blobs }) => Object.values(blobs));
    const missing = new Set((await this.#local.blobs.findMissing(refs, options)).map(({ digest }) => digest));
    const isWhole = ({ blobs }: StoredEntry) =>
      Object.values(blobs).every(({ digest }) => !missing.has(digest));
    const whole = entries.filter(isWhole);
    if (whole.length > 0) await this.#local.putMany(whole, options);
  }
}
