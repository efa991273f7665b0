import type { PastRun } from '../history.js';
import { savingsOf } from './savings.js';
import { tallyOf, type CountedRun, type Tally } from './tally.js';

export interface NamedTally extends Tally {
  readonly name: string;
}

/** What a project's runs came to, in all and by checker, branch and day. */
export interface RunStats {
  readonly total: Tally;
  /** Those with the most runs first. */
  readonly checkers: readonly NamedTally[];
  readonly branches: readonly NamedTally[];
  /** `2026-11-27`, in the time zone of this process; the oldest first, days without a run left out. */
  readonly days: readonly NamedTally[];
}

/**
 * @param runs oldest first: all that are known, as earlier ones say what a check from nothing takes
 * @param since of these, what is counted: in milliseconds since 1970. Default: all
 */
export function statsOf(runs: readonly PastRun[], since = -Infinity): RunStats {
  const counted = countedRuns(runs, since);
  return {
    total: tallyOf(counted),
    checkers: byFrequency(grouped(counted, ({ run }) => run.checker.name ?? 'no checker')),
    branches: byFrequency(grouped(counted, ({ run }) => run.branch ?? 'no branch')),
    days: grouped(counted, ({ run }) => dayOf(run.time)),
  };
}

/** Each run since then with what it saved. */
export function countedRuns(runs: readonly PastRun[], since = -Infinity): readonly CountedRun[] {
  const savings = savingsOf(runs);
  return runs
    .map((run, i) => ({ run, savedMs: savings[i] }))
    .filter(({ run }) => Date.parse(run.time) >= since);
}

function grouped(counted: readonly CountedRun[], nameOf: (run: CountedRun) => string): readonly NamedTally[] {
  const groups = new Map<string, CountedRun[]>();
  for (const run of counted) {
    const name = nameOf(run);
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  return [...groups].map(([name, group]) => ({ name, ...tallyOf(group) }));
}

function byFrequency(tallies: readonly NamedTally[]): readonly NamedTally[] {
  return [...tallies].sort((a, b) => b.runs - a.runs);
}

function dayOf(time: string): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
