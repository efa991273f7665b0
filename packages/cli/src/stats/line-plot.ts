import { labelled, scaleOf } from './axis.js';
import { escaped } from './html-text.js';
import { label, plot, type PlotFrame } from './plot.js';

export interface Point {
  readonly name: string;
  readonly value: number;
  readonly about: string;
}

const room = 9;

/** A line from point to point, at equal distances. */
export function linePlot(frame: Omit<PlotFrame, 'range'>, points: readonly Point[]): string {
  const values = points.map(({ value }) => value);
  return plot({ ...frame, range: [Math.min(0, ...values), Math.max(0, ...values)] }, (area) => {
    const step = (area.right - area.left) / points.length;
    const x = scaleOf([0, 1], [area.left + step / 2, area.left + step * 1.5]);
    const places = points.map(({ value }, i) => `${x(i).toFixed(1)},${area.y(value).toFixed(1)}`);
    const named = labelled(points.length, room);
    const marks = points.map(({ name, value, about }, i) => {
      const text = named.has(i) ? label(x(i), area, name) : '';
      const dot = `<circle class="mark" cx="${x(i).toFixed(1)}" cy="${area.y(value).toFixed(1)}" r="3"/>`;
      return `<g><title>${escaped(about)}</title>${dot}</g>${text}`;
    });
    return `<polyline class="line" points="${places.join(' ')}"/>\n${marks.join('\n')}`;
  });
}
