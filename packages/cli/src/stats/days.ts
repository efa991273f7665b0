import type { NamedTally } from '@cleanmiss/runner';

/** The most days that a plot shows. */
const maxDays = 90;

export interface Day {
  /** `2026-11-27`. */
  readonly name: string;
  /** `undefined`: nothing was run. */
  readonly tally: NamedTally | undefined;
}

/** Every day from the first with a run to the last, the last 90 of them. */
export function everyDay(days: readonly NamedTally[]): readonly Day[] {
  const known = new Map(days.map((day) => [day.name, day]));
  const last = days.at(-1)?.name;
  const first = days[0]?.name;
  const all: Day[] = [];
  // In UTC each day has 24 hours.
  for (let day = last; day !== undefined && day >= first! && all.length < maxDays; day = dayBefore(day))
    all.unshift({ name: day, tally: known.get(day) });
  return all;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** Without the year. */
export function shortDay(day: string): string {
  return day.slice(5);
}
