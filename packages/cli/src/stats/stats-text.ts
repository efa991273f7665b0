import type { NamedTally, RunStats, Tally } from '@cleanmiss/runner';
import { bytes, columns, duration } from '../text.js';

/** The last days that are shown; `--json` and `--html` have all of them. */
const maxDays = 14;
const maxNames = 10;

/** What runs came to, as rows of the table that `stats` begins with. */
export function totalRows(total: Tally): readonly (readonly string[])[] {
  const misses = Object.entries(total.misses).map(([reason, count]) => `${String(count)} ${reason}`);
  return [
    [
      'runs',
      `${String(total.runs)}: ${String(total.hits)} hits, ${String(total.partials)} partial, misses: ${misses.join(', ') || 'none'}`,
    ],
    [
      'moved',
      `${bytes(total.restoredBytes)} restored, ${bytes(total.publishedBytes)} stored, ${bytes(total.remoteBytes)} over the network`,
    ],
    ['saved', savedWords(total)],
  ];
}

/** By checker, by branch and by day. */
export function breakdown({ checkers, branches, days }: RunStats): string {
  const latest = days.slice(-maxDays);
  return [
    section('checker', checkers.slice(0, maxNames), checkers.length),
    section('branch', branches.slice(0, maxNames), branches.length),
    section('day', latest, days.length),
  ].join('\n\n');
}

/** Net, and of how many runs nobody can say it. */
export function savedWords({ savedMs, unknownSavings, overheadMs }: Tally): string {
  const unknown =
    unknownSavings === 0
      ? ''
      : `; of ${String(unknownSavings)} hits nobody knows, as no check from nothing is recorded here`;
  return `${duration(savedMs)} net of ${duration(overheadMs)} that cleanmiss took itself${unknown}`;
}

function section(what: string, tallies: readonly NamedTally[], all: number): string {
  const rows = tallies.map((tally) => [
    tally.name,
    String(tally.runs),
    String(tally.hits),
    String(tally.partials),
    String(missesOf(tally)),
    duration(tally.checkerMs),
    duration(tally.overheadMs),
    duration(tally.savedMs),
  ]);
  const head = [what, 'runs', 'hits', 'partial', 'misses', 'checker', 'overhead', 'saved'];
  const more = all > tallies.length ? [`(${String(all - tallies.length)} more: --json)`] : [];
  return [columns([head, ...rows]), ...more].join('\n');
}

function missesOf({ misses }: Tally): number {
  return Object.values(misses).reduce((sum, count) => sum + count, 0);
}
