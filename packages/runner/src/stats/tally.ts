import type { PastRun } from '../history.js';
import { checkerMs, overheadMs } from './run-cost.js';

/** What a number of runs came to. Sizes in bytes, times in milliseconds. */
export interface Tally {
  readonly runs: number;
  readonly hits: number;
  /** Of the hits: the checker was not even started. */
  readonly answered: number;
  readonly partials: number;
  /** How many by reason. */
  readonly misses: Readonly<Record<string, number>>;
  readonly restoredBytes: number;
  readonly publishedBytes: number;
  /** Over the network, both ways. */
  readonly remoteBytes: number;
  readonly checkerMs: number;
  readonly overheadMs: number;
  /** Net. */
  readonly savedMs: number;
  /** Runs of which nobody can say what they saved: no check from nothing is known here. They count for nothing in `savedMs`. */
  readonly unknownSavings: number;
}

/** A run, and what it saved. */
export interface CountedRun {
  readonly run: PastRun;
  readonly savedMs: number | undefined;
}

export function tallyOf(counted: readonly CountedRun[]): Tally {
  const runs = counted.map(({ run }) => run);
  const sum = (valueOf: (run: PastRun) => number) => runs.reduce((total, run) => total + valueOf(run), 0);
  return {
    runs: runs.length,
    hits: runs.filter(({ outcome }) => outcome === 'hit').length,
    answered: runs.filter(({ source }) => source === 'answer').length,
    partials: runs.filter(({ outcome }) => outcome === 'partial').length,
    misses: missesIn(runs),
    restoredBytes: sum(({ restored }) => restored.bytes),
    publishedBytes: sum(({ published }) => published.bytes),
    remoteBytes: sum(({ restored, published }) => remoteOf(restored) + remoteOf(published)),
    checkerMs: sum(checkerMs),
    overheadMs: sum(overheadMs),
    savedMs: counted.reduce((total, { savedMs = 0 }) => total + savedMs, 0),
    unknownSavings: counted.filter(({ savedMs }) => savedMs === undefined).length,
  };
}

function missesIn(runs: readonly PastRun[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { outcome, reason } of runs) {
    if (outcome === 'miss' && reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** Not in a line of history from before there were remotes. */
function remoteOf(volume: Partial<PastRun['restored']>): number {
  const { remoteBytes } = volume;
  return typeof remoteBytes === 'number' ? remoteBytes : 0;
}
