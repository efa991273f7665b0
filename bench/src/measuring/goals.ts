import type { Figure, Goal } from '../row.js';
import { median, medianRatio } from './statistics.js';

/** `faster` needs at most 1/`limit` of the time of `slower`. */
export function timesFaster(figures: readonly Figure[], faster: string, slower: string, limit: number): Goal {
  return atLeastTimes(figures, slower, faster, limit);
}

export function atLeastTimes(figures: readonly Figure[], more: string, less: string, limit: number): Goal {
  return {
    what: `${more} / ${less}`,
    figure: medianRatio(samplesOf(figures, more), samplesOf(figures, less)),
    limit,
    wanted: 'at least',
  };
}

/** `ours` needs at most `limit` times what `theirs` does. */
export function atMostTimes(figures: readonly Figure[], ours: string, theirs: string, limit: number): Goal {
  return {
    what: `${ours} / ${theirs}`,
    figure: medianRatio(samplesOf(figures, ours), samplesOf(figures, theirs)),
    limit,
    wanted: 'at most',
  };
}

/** From the smaller to the larger work: what should grow in proportion, or not at all. */
export function growsAtMost(
  figures: readonly Figure[],
  [smaller, larger]: readonly [string, string],
  limit: number,
): Goal {
  const [below, above] = [smaller, larger].map((name) => median(samplesOf(figures, name)));
  return { what: `${larger} / ${smaller}`, figure: above! / below!, limit, wanted: 'at most' };
}

/** In the unit of the figure itself. */
export function isAtMost(figures: readonly Figure[], name: string, limit: number): Goal {
  return { what: name, figure: median(samplesOf(figures, name)), limit, wanted: 'at most' };
}

/** The name of the one with the smallest median. */
export function fastestOf(figures: readonly Figure[], ...names: readonly string[]): string {
  const medians = names.map((name) => median(samplesOf(figures, name)));
  return names[medians.indexOf(Math.min(...medians))]!;
}

export function isMet({ figure, limit, wanted }: Goal): boolean {
  return wanted === 'at least' ? figure >= limit : figure <= limit;
}

function samplesOf(figures: readonly Figure[], name: string): readonly number[] {
  const figure = figures.find((each) => each.name === name);
  if (figure === undefined) throw new Error(`no figure is called ${name}`);
  return figure.samples;
}
