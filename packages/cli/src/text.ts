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
  const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  const time = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** A word of the command line, for a message. Of a URL nothing: it may hold a password, and with a space in it. */
export function shown(word: string): string {
  return word.includes('://') ? 'a URL' : JSON.stringify(word);
}
