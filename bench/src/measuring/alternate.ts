import type { Figure } from '../row.js';
import { inRounds, type Measure } from './in-rounds.js';

export interface Contestant {
  readonly name: string;
  /** Not measured. */
  readonly prepare?: () => Promise<void> | void;
  /** Measured, until what it returns is settled. */
  readonly perform: () => Promise<unknown>;
  /** Not measured: throws where the work was not done, or not rightly. What it is given is what `perform` resolved with. */
  readonly check?: (outcome: unknown) => Promise<void> | void;
  /** What else there is to say of an outcome. Default: nothing. */
  readonly besides?: (outcome: unknown) => readonly Measure[];
  /** For work that takes long: it is measured so often at most, and not once more uncounted. Default: in each round. */
  readonly maxRounds?: number;
}

/** Once each in turn, round after round, the first round uncounted; who begins changes, so that nobody has the better place. */
export async function alternate(contestants: readonly Contestant[], rounds: number): Promise<Figure[]> {
  return await inRounds(rounds, async (round) => {
    const measures: Measure[] = [];
    for (const contestant of rotated(contestants, round)) {
      if (takesPart(contestant, round)) measures.push(...(await measuresOf(contestant)));
    }
    return measures;
  });
}

function takesPart({ maxRounds }: Contestant, round: number): boolean {
  return maxRounds === undefined || (round > 0 && round <= maxRounds);
}

async function measuresOf(contestant: Contestant): Promise<readonly Measure[]> {
  const { name, prepare, perform, check, besides } = contestant;
  await prepare?.();
  globalThis.gc?.();
  const start = performance.now();
  const outcome = await perform();
  const ms = performance.now() - start;
  await check?.(outcome);
  return [{ name, unit: 'ms', value: ms }, ...(besides?.(outcome) ?? [])];
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
