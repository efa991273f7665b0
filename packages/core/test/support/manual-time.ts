import type { TestContext } from 'node:test';

/** Time that passes when it is told to: for timers and for whoever takes a `Clock`. */
export class ManualTime {
  #now = 1_000_000;
  readonly #t: TestContext;

  constructor(t: TestContext) {
    this.#t = t;
    t.mock.timers.enable({ apis: ['setTimeout'] });
  }

  now(): number {
    return this.#now;
  }

  /** Runs the timers that are due by then, and what follows from them. */
  async pass(ms: number): Promise<void> {
    await settled();
    this.#now += ms;
    this.#t.mock.timers.tick(ms);
    await settled();
  }

  putBack(ms: number): void {
    this.#now -= ms;
  }
}

/** Lets everything that is ready to go on do so. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
