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

/** `3`, `12h`, `30d` as milliseconds; a bare number counts days. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d{1,6})(m|h|d)?$/.exec(text);
  if (!match) return undefined;
  const units = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  return Number(match[1]) * units[(match[2] ?? 'd') as keyof typeof units];
}

/** A word of the command line, for a message. Of a URL nothing: it may hold a password, and with a space in it. */
export function shown(word: string): string {
  return word.includes('://') ? 'a URL' : JSON.stringify(word);
}
