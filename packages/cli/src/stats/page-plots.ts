import { checkerMs, type CountedRun, type RunStats, type Tally } from '@cleanmiss/runner';
import { duration } from '../text.js';
import { barPlot } from './bar-plot.js';
import { everyDay, shortDay } from './days.js';
import { dotPlot } from './dot-plot.js';
import { escaped } from './html-text.js';
import { linePlot } from './line-plot.js';

/** How runs ended, in the order in which bars are built. */
const outcomes = [
  ['answer', 'answered from the store'],
  ['hit', 'hit'],
  ['partial', 'partial'],
  ['miss', 'miss'],
] as const;

export function runsPlot({ days }: RunStats): string {
  const bars = everyDay(days).map(({ name, tally }) => {
    const counts = countsOf(tally);
    const said = outcomes.map(([kind, words]) => `${String(counts[kind])} ${words}`).join(', ');
    const parts = outcomes.map(([kind]) => ({ kind, value: counts[kind] }));
    return { name: shortDay(name), parts, about: `${name}: ${said}` };
  });
  return (
    barPlot({ title: 'Runs by day', description: 'How many ended how.', isTime: false }, bars) + outcomeKey()
  );
}

export function savedPlot({ days }: RunStats): string {
  const bars = everyDay(days).map(({ name, tally }) => {
    const value = tally?.savedMs ?? 0;
    const about = `${name}: ${duration(value)} in ${String(tally?.runs ?? 0)} runs`;
    return { name: shortDay(name), parts: [{ kind: value < 0 ? 'cost' : 'saved', value }], about };
  });
  const description =
    'What runs took less than checks from nothing, net; below zero, cleanmiss has cost more.';
  return barPlot({ title: 'Time saved by day', description, isTime: true }, bars);
}

export function savedInAllPlot({ days }: RunStats): string {
  let sum = 0;
  const points = everyDay(days).map(({ name, tally }) => {
    sum += tally?.savedMs ?? 0;
    return { name: shortDay(name), value: sum, about: `${name}: ${duration(sum)} in all` };
  });
  return linePlot(
    { title: 'Time saved in all', description: 'Summed up from the first day.', isTime: true },
    points,
  );
}

/** Only of runs that had a slot, or an answer: what was passed through says nothing of the cache. */
export function timesPlot(counted: readonly CountedRun[]): string {
  const dots = counted
    .filter(({ run }) => run.reason !== 'passed-through')
    .map(({ run }) => {
      const kind = run.source === 'answer' ? ('answer' as const) : run.outcome;
      const value = checkerMs(run);
      const about = `${run.time}, ${run.checker.name ?? ''}: ${kind}, ${duration(value)}`;
      return { kind, time: Date.parse(run.time), value, about };
    });
  if (dots.length === 0) return '<p>No run had a slot.</p>';
  const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
  const frame = { title: "The checker's own time, run by run", description: 'By outcome.', isTime: true };
  return dotPlot(frame, dots, dayOf) + outcomeKey();
}

export function missesPlot({ total: { misses } }: RunStats): string {
  const bars = Object.entries(misses).map(([name, value]) => {
    return { name, parts: [{ kind: 'miss', value }], about: `${name}: ${String(value)}` };
  });
  if (bars.length === 0) return '<p>None.</p>';
  return barPlot({ title: 'Misses by reason', description: 'How many.', isTime: false }, bars);
}

function countsOf(tally: Tally | undefined): Readonly<Record<(typeof outcomes)[number][0], number>> {
  if (!tally) return { answer: 0, hit: 0, partial: 0, miss: 0 };
  const miss = Object.values(tally.misses).reduce((sum, count) => sum + count, 0);
  return { answer: tally.answered, hit: tally.hits - tally.answered, partial: tally.partials, miss };
}

function outcomeKey(): string {
  const items = outcomes.map(
    ([kind, words]) =>
      `<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${kind}" width="10" height="10" rx="2"/></svg>${escaped(words)}</li>`,
  );
  return `\n<ul class="key">${items.join('')}</ul>`;
}
