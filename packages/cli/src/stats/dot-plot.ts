import { scaleOf } from './axis.js';
import { escaped } from './html-text.js';
import { label, plot, type PlotFrame } from './plot.js';

export interface Dot {
  /** A class of the page's style. */
  readonly kind: string;
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
  readonly about: string;
}

/** Dots by time. `dayOf` names a time on the axis. */
export function dotPlot(
  frame: Omit<PlotFrame, 'range'>,
  dots: readonly Dot[],
  dayOf: (time: number) => string,
): string {
  const times = dots.map(({ time }) => time);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const highest = Math.max(...dots.map(({ value }) => value));
  return plot({ ...frame, range: [0, highest] }, (area) => {
    const x = scaleOf([first, last], [area.left + 8, area.right - 8]);
    const drawn = dots.map(({ kind, time, value, about }) => {
      const at = first === last ? (area.left + area.right) / 2 : x(time);
      const dot = `<circle class="${kind}" cx="${at.toFixed(1)}" cy="${area.y(value).toFixed(1)}" r="4"/>`;
      return `<g><title>${escaped(about)}</title>${dot}</g>`;
    });
    const ends =
      dayOf(first) === dayOf(last)
        ? [label((area.left + area.right) / 2, area, dayOf(first))]
        : [label(area.left + 40, area, dayOf(first)), label(area.right - 40, area, dayOf(last))];
    return [...drawn, ...ends].join('\n');
  });
}
