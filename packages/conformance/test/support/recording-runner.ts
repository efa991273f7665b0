import type { SuiteRunner } from '@cleanmiss/conformance';

/** Takes a suite's tests and runs them itself, so that a test can expect them to fail. */
export class RecordingRunner implements SuiteRunner {
  readonly #tests = new Map<string, () => Promise<void>>();

  readonly test = (name: string, body: () => Promise<void>): void => {
    this.#tests.set(name, body);
  };

  get size(): number {
    return this.#tests.size;
  }

  /** Names of the tests that failed. */
  async run(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const [name, body] of this.#tests) {
      try {
        await body();
      } catch {
        failed.push(name);
      }
    }
    return failed;
  }
}
