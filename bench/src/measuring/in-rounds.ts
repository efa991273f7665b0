import type { Figure, Unit } from '../row.js';

/** What one round says of one figure. */
export interface Measure {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
}

/** A figure of each name; what round 0 measures is not counted. */
export async function inRounds(
  rounds: number,
  measure: (round: number) => Promise<readonly Measure[]>,
): Promise<Figure[]> {
  const figures = new Map<
    string,
    { readonly name: string; readonly unit: Unit; readonly samples: number[] }
  >();
  for (let round = 0; round <= rounds; round++) {
    for (const { name, unit, value } of await measure(round)) {
      const figure = figures.get(name) ?? { name, unit, samples: [] };
      figures.set(name, figure);
      if (round > 0) figure.samples.push(value);
    }
  }
  return [...figures.values()];
}
