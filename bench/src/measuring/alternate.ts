import type { Figure } from '../row.js';

export interface Contestant {
  readonly name: string;
  /** Not measured. */
  readonly prepare?: () => Promise<void> | void;
  /** Measured, until what it returns is settled. */
  readonly perform: () => Promise<unknown>;
  /** Not measured: throws where the work was not done, or not rightly. What it is given is what `perform` resolved with. */
  readonly check?: (outcome: unknown) => Promise<void> | void;
}

/** Once each in turn, round after round, the first round uncounted; who begins changes, so that nobody has the better place. */
export async function alternate(contestants: readonly Contestant[], rounds: number): Promise<Figure[]> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const contestant of rotated(contestants, round)) {
      const ms = await timeOf(contestant);
      if (round > 0) samples.get(contestant.name)!.push(ms);
    }
  }
  return contestants.map(({ name }) => ({ name, unit: 'ms', samples: samples.get(name)! }));
}

async function timeOf({ prepare, perform, check }: Contestant): Promise<number> {
  await prepare?.();
  globalThis.gc?.();
  const start = performance.now();
  const outcome = await perform();
  const ms = performance.now() - start;
  await check?.(outcome);
  return ms;
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
