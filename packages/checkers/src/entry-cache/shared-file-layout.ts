import type { JsonObject } from '@cleanmiss/core';
import type { StateLayout, Writing } from '@cleanmiss/snapshot';

/**
 * A state that is one file of ours, `shared`, in a folder named after the checker. The checker's own files beside it hold what is
 * true here alone, and stay here. The names have no extension: a checker that looks for sources does not take them for some.
 */
export class SharedFileLayout implements StateLayout {
  readonly #path: string;

  constructor(checker: string) {
    this.#path = `${checker}/shared`;
  }

  unitOf(path: string): string | undefined {
    return path === this.#path ? path : undefined;
  }

  keepsTime(): boolean {
    return false;
  }

  writing(): Writing {
    return 'replaced';
  }

  isRequired(): boolean {
    return false;
  }

  factsOf(): JsonObject {
    return {};
  }

  unitsToDistrust(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set<string>());
  }

  unitsToDrop(): ReadonlySet<string> {
    return new Set();
  }
}
