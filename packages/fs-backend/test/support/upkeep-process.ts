/**
 * Started as a process of its own: collects or verifies, again and again, until its input ends, and says what each pass has done.
 * Arguments: directory, `gc` or `verify`, the grace period in milliseconds.
 */
import { writeSync } from 'node:fs';
import { openFsStore } from '@cleanmiss/fs-backend';

export interface UpkeepPass {
  readonly removed: number;
  readonly quarantined: number;
}

const [directory = '', kind = '', graceMs = ''] = process.argv.slice(2);
const { maintenance } = openFsStore({ directory });
const input = { isOpen: true };
process.stdin.on('end', () => (input.isOpen = false)).resume();

do {
  writeSync(1, `${JSON.stringify(await pass())}\n`);
} while (input.isOpen);

async function pass(): Promise<UpkeepPass> {
  if (kind === 'verify') return { removed: 0, quarantined: (await maintenance.verify()).corruptBlobs };
  return { removed: (await maintenance.gc({ graceMs: Number(graceMs) })).removedBlobs, quarantined: 0 };
}
