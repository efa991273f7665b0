import { labelled } from './axis.js';
import { escaped } from './html-text.js';
import { label, plot, type PlotArea, type PlotFrame } from './plot.js';

export interface BarPart {
  /** A class of the page's style. */
  readonly kind: string;
  /** Below zero it hangs down. */
  readonly value: number;
}

export interface Bar {
  readonly name: string;
  /** From the axis on, one upon the other. */
  readonly parts: readonly BarPart[];
  /** What is said of it where the pointer rests. */
  readonly about: string;
}

/** Labels that have room side by side. */
const room = 9;
const widest = 48;

export function barPlot(frame: Omit<PlotFrame, 'range'>, bars: readonly Bar[]): string {
  const tops = bars.map(({ parts }) => sumOf(parts.filter(({ value }) => value > 0)));
  const depths = bars.map(({ parts }) => sumOf(parts.filter(({ value }) => value < 0)));
  const range = [Math.min(0, ...depths), Math.max(0, ...tops)] as const;
  return plot({ ...frame, range }, (area) => {
    const step = (area.right - area.left) / bars.length;
    const named = labelled(bars.length, room);
    return bars
      .map((bar, i) => {
        const middle = area.left + step * (i + 0.5);
        const text = named.has(i) ? label(middle, area, bar.name) : '';
        return `${drawn(bar, middle, Math.min(widest, step * 0.7), area)}${text}`;
      })
      .join('\n');
  });
}

function drawn({ parts, about }: Bar, middle: number, width: number, { y }: PlotArea): string {
  let [up, down] = [0, 0];
  const boxes = parts.map(({ kind, value }) => {
    const from = value < 0 ? down : up;
    const to = from + value;
    if (value < 0) down = to;
    else up = to;
    const [top, bottom] = [y(Math.max(from, to)), y(Math.min(from, to))];
    const x = (middle - width / 2).toFixed(1);
    return `<rect class="${kind}" x="${x}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(bottom - top).toFixed(1)}"/>`;
  });
  return `<g><title>${escaped(about)}</title>${boxes.join('')}</g>`;
}

function sumOf(parts: readonly BarPart[]): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
