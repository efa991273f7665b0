import { CacheError, failOpen, type EventSink } from '@cleanmiss/core';

/**
 * The cache never fails the check. Whatever goes wrong in it is one line of warning, however often it happens in a
 * run, and an entry in the report.
 */
export class Degradation {
  readonly entries: string[] = [];
  readonly #warn: (line: string) => void;

  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  /** Runs a step of our own around the check; answers `instead` where it fails. */
  async guard<T>(operation: string, step: () => Promise<T>, instead: T): Promise<T> {
    try {
      return await failOpen(operation, this.sink, step, instead);
    } catch (error) {
      // A bug of ours must be seen, and still must not cost anybody the result of a check.
      const isForeseen = error instanceof CacheError;
      this.add(operation, isForeseen ? error.message : `unexpected, please report it: ${reasonOf(error)}`);
      return instead;
    }
  }

  /** For whoever puts `failOpen` around a step himself. */
  readonly sink: EventSink = (event) => {
    if (event.type === 'degraded') this.add(event.operation, reasonOf(event.error));
  };

  /** One more thing that went wrong. */
  add(operation: string, reason: string): void {
    const entry = `${operation}: ${reason}`;
    if (this.entries.length === 0)
      this.#warn(`the cache is out of order (${entry}); the check goes on without it`);
    if (!this.entries.includes(entry)) this.entries.push(entry);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
