import { readdirSync } from 'node:fs';
import { openCache } from '@cleanmiss/open-cache';
import type { LibraryReport } from './library-report.js';

/*
 * A long-lived user of the library: puts, gets, collects, verifies; tells of each cycle on standard output, and of a put only when it
 * is acknowledged. Ends when its input does.
 */

const [local = '', name = '', seconds = '0'] = process.argv.slice(2);
const { cache, maintenance } = openCache({ local, mode: 'read-write' }, { writer: name });
const endMs = Date.now() + Number(seconds) * 1000;

for (let cycle = 0; Date.now() < endMs; cycle++) {
  let wrong = 0;
  for (let i = 0; i < 20; i++) {
    const text = `${name} ${cycle} ${i}`;
    await cache.put({
      key: [name, cycle, i],
      blobs: { own: Buffer.from(text), shared: Buffer.from(`shared ${i}`) },
    });
    const found = await cache.get([name, cycle, i]);
    if (!found.hit || Buffer.from(found.blobs.get('own')!).toString() !== text) wrong += 1;
  }
  if (cycle % 5 === 0) await maintenance.gc();
  if (cycle % 7 === 0) await maintenance.verify();
  const report: LibraryReport = { cycle, wrong, rssBytes: process.memoryUsage().rss, handles: openHandles() };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Where the system does not tell: none. */
function openHandles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
