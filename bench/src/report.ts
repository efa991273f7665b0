import type { Corpus } from './corpus/corpus.js';
import type { Machine } from './measuring/machine.js';
import { isMet } from './measuring/goals.js';
import { median } from './measuring/statistics.js';
import type { Figure, Goal, Row, RowResult } from './row.js';

export function headline(machine: Machine, corpus: Corpus, { rounds }: { readonly rounds: number }): string {
  const { node, system, processor, memoryGB, fileSystem } = machine;
  const place = fileSystem === '' ? '' : `, ${fileSystem}`;
  return [
    `Node ${node}, ${system}, ${processor}, ${String(memoryGB)} GB${place}`,
    `${corpus.name}: ${String(corpus.files.length)} files, ${inMB(corpus.bytes)} MB; median of ${String(rounds)} (min-max)`,
  ].join('\n');
}

export function renderRow({
  number,
  work,
  figures,
  goals,
  notes = [],
}: RowResult & Pick<Row, 'number' | 'work'>): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return [
    '',
    `${String(number)}. ${work}`,
    ...figures.map((figure) => `   ${figure.name.padEnd(width)}  ${renderFigure(figure)}`),
    ...goals.map((goal) => `   ${renderGoal(goal)}`),
    ...notes.map((note) => `   ${note}`),
  ].join('\n');
}

function renderFigure({ unit, samples }: Figure): string {
  const all = [median(samples), Math.min(...samples), Math.max(...samples)].map(rounded);
  return samples.length === 1 ? `${all[0]!} ${unit}` : `${all[0]!} ${unit} (${all[1]!}-${all[2]!})`;
}

function renderGoal(goal: Goal): string {
  const { what, figure, limit, wanted } = goal;
  return `${isMet(goal) ? 'met   ' : 'missed'} ${what}: ${rounded(figure)}, wanted ${wanted} ${String(limit)}`;
}

function rounded(value: number): string {
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 0.1
        ? value.toFixed(2)
        : value.toPrecision(2);
}

function inMB(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
