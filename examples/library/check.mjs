import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '@cleanmiss/open-cache';

/**
 * The "checker": counts the lines of a module that are too long. It is slow, so it keeps what it found.
 *
 * @param {import('@cleanmiss/open-cache').Cache} cache
 * @param {string} path
 * @param {string} source
 */
async function check(cache, path, source) {
  const key = {
    checker: 'long-lines',
    version: '1.0.0',
    path,
    source: createHash('sha256').update(source).digest('hex'),
  };
  const found = await cache.get(key);
  const kept = found.hit ? found.blobs.get('findings') : undefined;
  if (kept) return { outcome: 'hit', lines: JSON.parse(Buffer.from(kept).toString()) };
  const lines = source.split('\n').flatMap((line, i) => (line.length > 80 ? [i + 1] : []));
  await cache.put({ key, blobs: { findings: Buffer.from(JSON.stringify(lines)) } });
  return { outcome: found.hit ? 'another format' : found.reason, lines };
}

const local = mkdtempSync(join(tmpdir(), 'cleanmiss-example-'));
try {
  const { cache } = openCache({ local });
  const source = `short\n${'long '.repeat(20)}\n`;
  const runs = [
    await check(cache, 'a.txt', source),
    await check(cache, 'a.txt', source),
    await check(cache, 'a.txt', `${source}changed\n`),
  ];
  for (const { outcome, lines } of runs) console.log(`${outcome}: long lines ${lines.join(', ')}`);
  const outcomes = runs.map(({ outcome }) => outcome).join(' ');
  if (outcomes !== 'absent hit absent') throw new Error(`expected absent hit absent, saw ${outcomes}`);
} finally {
  rmSync(local, { recursive: true });
}
