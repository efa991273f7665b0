import { parseAge } from '@cleanmiss/open-cache';

/** Rows of two columns, the first padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([name]) => name!.length));
  return rows.map(([name, ...rest]) => `${name!.padEnd(width)}  ${rest.join('  ')}`).join('\n');
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(1)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`;
}

/** A date with or without its time (in UTC where no zone is named), or an age before `now`; in milliseconds since 1970. */
export function parseTime(text: string, now: number): number | undefined {
  const ageMs = parseAge(text);
  if (ageMs !== undefined) return now - ageMs;
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text))
    return undefined;
  // 31 February would be taken for 3 March.
  const [day] = text.split('T') as [string];
  const midnight = Date.parse(day);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  const time = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** A time that somebody else has written: it may be anything. */
export function dateOf(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? `at ${timeMs}, which is no time` : date.toISOString();
}

/**
 * Text that somebody else has written, on one line: whatever would end that or move, colour or turn around what a terminal shows
 * is written as JSON has it.
 */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escaped);
}

/** The last net for what is printed: `printable`, line by line. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

// Control characters; marks that turn the direction of the text around; ends of lines that are not ours.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A word of the command line, for a message. Of a URL nothing: it may hold a password, and with a space in it. */
export function shown(word: string): string {
  return word.includes('://') ? 'a URL' : JSON.stringify(word);
}

/** A time with two or three digits that matter, as in `340 ms`, `2.4 s`, `12 min`, `3.5 h`; negative ones too. */
export function duration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size < 1000) return `${Math.round(milliseconds)} ms`;
  if (size < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (size < 3_600_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}

/** Rows with a head: the first column to the left, all others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}
