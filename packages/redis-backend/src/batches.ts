import { setImmediate } from 'node:timers/promises';

export interface BatchLimits {
  readonly items: number;
  /** Default: no limit. An item that is longer by itself is a batch of its own. */
  readonly bytes?: number;
}

/** Cuts a long list, so that neither we nor the server hold all of it at once. */
export function* batchesOf<T>(
  items: Iterable<T>,
  limits: BatchLimits,
  bytesOf: (item: T) => number = () => 0,
): Iterable<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const length = bytesOf(item);
    const isFull = batch.length === limits.items || bytes + length > (limits.bytes ?? Infinity);
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

/** Gives the event loop a turn after so many bytes of synchronous work: a few milliseconds. */
export class Turns {
  readonly #everyBytes: number;
  #bytes = 0;

  constructor(everyBytes: number) {
    this.#everyBytes = everyBytes;
  }

  async after(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes < this.#everyBytes) return;
    this.#bytes = 0;
    await setImmediate();
  }
}
