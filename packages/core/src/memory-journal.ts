import type { Journal, JournalBatch, JournalRecord } from './journal.js';

/** A journal that ends with its process: for long-lived ones, and for tests. */
export class MemoryJournal implements Journal {
  readonly #batches = new Map<string, JournalBatch>();
  #count = 0;

  append(records: readonly JournalRecord[]): Promise<void> {
    this.#count += 1;
    const id = String(this.#count);
    this.#batches.set(id, { id, records });
    return Promise.resolve();
  }

  hasWork(): boolean {
    return this.#batches.size > 0;
  }

  batches(): Promise<readonly JournalBatch[]> {
    return Promise.resolve([...this.#batches.values()]);
  }

  remove({ id }: JournalBatch): Promise<void> {
    this.#batches.delete(id);
    return Promise.resolve();
  }
}
