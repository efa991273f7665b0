import { duration } from '../text.js';
import { scaleOf, ticksOf, unitOfTime } from './axis.js';
import { escaped } from './html-text.js';

/** In units of the drawing, which is as wide as its place in the page. */
const [width, height] = [720, 240];
const margin = { left: 64, right: 12, top: 12, bottom: 28 };

export interface PlotFrame {
  /** For those who do not see it. */
  readonly title: string;
  readonly description: string;
  /** The lowest and the highest value that is to be seen. */
  readonly range: readonly [number, number];
  /** Is it milliseconds? Else numbers of something. */
  readonly isTime: boolean;
}

export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly y: (value: number) => number;
}

/** A drawing with a vertical axis; `draw` fills it. */
export function plot(
  { title, description, range, isTime }: PlotFrame,
  draw: (area: PlotArea) => string,
): string {
  const unit = isTime ? unitOfTime(Math.max(...range.map(Math.abs))) : 1;
  const ticks = ticksOf(...range, unit);
  const format = isTime ? timeOnAxis : countOnAxis;
  const bottom = height - margin.bottom;
  const y = scaleOf([ticks[0]!, ticks.at(-1)!], [bottom, margin.top]);
  const right = width - margin.right;
  const lines = ticks.map((tick) => {
    const at = y(tick).toFixed(1);
    const kind = tick === 0 ? 'zero' : 'grid';
    return (
      `<line class="${kind}" x1="${margin.left}" x2="${right}" y1="${at}" y2="${at}"/>` +
      `<text x="${margin.left - 8}" y="${at}" dy="0.32em" text-anchor="end">${escaped(format(tick))}</text>`
    );
  });
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`,
    ...lines,
    draw({ left: margin.left, right, bottom, y }),
    '</svg>',
  ].join('\n');
}

function timeOnAxis(value: number): string {
  return value === 0 ? '0' : duration(value).replace('.0 ', ' ');
}

/** Between two runs there is none. */
function countOnAxis(value: number): string {
  return Number.isInteger(value) ? String(value) : '';
}

/** Below the area. */
export function label(x: number, { bottom }: PlotArea, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${escaped(text)}</text>`;
}
