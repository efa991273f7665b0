import type { PastRun } from '../history.js';
import { checkerMs, isCold, kindOf, overheadMs } from './run-cost.js';

/** So many of the last cold checks say what a check from nothing takes. */
const coldChecks = 5;

/**
 * What each run saved, net, in milliseconds: the time of a check from nothing, less the checker's time and all of ours. A miss has cost its
 * overhead. `undefined` where no cold check of the same checker, version and flags is known here, so that nobody can say.
 */
export function savingsOf(runs: readonly PastRun[]): readonly (number | undefined)[] {
  const cold = coldTimes(runs);
  return runs.map((run) => {
    if (run.outcome === 'miss') return -overheadMs(run);
    const coldMs = cold.get(kindOf(run));
    return coldMs === undefined ? undefined : coldMs - checkerMs(run) - overheadMs(run);
  });
}

/** The median of the last cold checks of each kind, in milliseconds. */
export function coldTimes(runs: readonly PastRun[]): ReadonlyMap<string, number> {
  const times = new Map<string, number[]>();
  for (const run of runs.filter(isCold)) {
    const kind = kindOf(run);
    times.set(kind, [...(times.get(kind) ?? []), checkerMs(run)]);
  }
  return new Map([...times].map(([kind, all]) => [kind, medianOf(all.slice(-coldChecks))]));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
