import picomatch from 'picomatch';
import type { JsonObject } from '@cleanmiss/core';
import type { StateLayout, Writing } from '@cleanmiss/snapshot';
import type { DescribedChecker } from './described-checker.js';

/** What a description says of the files of a state. What a checker writes how, and when it distrusts it, is its own affair. */
export class CustomLayout implements StateLayout {
  readonly #isKept: (path: string) => boolean;
  readonly #state: DescribedChecker['state'];

  constructor(state: DescribedChecker['state']) {
    this.#state = state;
    const wanted = state.files.filter((pattern) => !pattern.startsWith('!'));
    const ignore = state.files
      .filter((pattern) => pattern.startsWith('!'))
      .map((pattern) => pattern.slice(1));
    this.#isKept = picomatch(wanted.length > 0 ? wanted : ['**'], { dot: true, ignore });
  }

  unitOf(path: string): string | undefined {
    if (!this.#isKept(path)) return undefined;
    return this.#state.units === 'file' ? path : 'state';
  }

  keepsTime(): boolean {
    return this.#state.keepsTimes;
  }

  /** Nobody knows. */
  writing(): Writing {
    return 'in-place';
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
