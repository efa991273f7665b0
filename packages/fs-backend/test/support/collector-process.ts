/** Started as a process of its own: collects, and says what it did, in which time and memory. Arguments: directory, options in JSON. */
import type { GcOptions } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { hourMs } from './store-fixture.js';

const [directory = '', options = ''] = process.argv.slice(2);
const { maintenance } = openFsStore({ directory, clock: { now: () => Date.now() + 2 * hourMs } });
const start = performance.now();
const report = await maintenance.gc(JSON.parse(options) as GcOptions);
const seconds = (performance.now() - start) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ ...report, seconds, peakBytes })}\n`);
