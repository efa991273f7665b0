import { setImmediate } from 'node:timers/promises';

/** A batch ends with whichever comes first: both are a few milliseconds of a local disk. */
const maxFilesPerBatch = 64;
const maxBytesPerBatch = 4 * 1024 * 1024;

/** Cuts synchronous work into batches: between two of them the event loop gets a turn, and an abort is noticed. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  #files = 0;
  #bytes = 0;

  constructor(signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.#signal = signal;
  }

  /** Asked after each file; on true, await `pause`. A boolean, because a promise per file costs more than the file. */
  isDue(bytes: number): boolean {
    this.#files += 1;
    this.#bytes += bytes;
    return this.#files >= maxFilesPerBatch || this.#bytes >= maxBytesPerBatch;
  }

  async pause(): Promise<void> {
    this.#files = 0;
    this.#bytes = 0;
    await setImmediate();
    this.#signal?.throwIfAborted();
  }
}
