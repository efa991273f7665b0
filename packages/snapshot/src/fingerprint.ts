import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateLayout } from './state-layout.js';
import type { StatePath } from './safe-path.js';
import type { FileStamp } from './state-walk.js';

/**
 * One text for a whole state: equal where nothing was written, added or removed in between. By stamps, but for files
 * that the checker writes anew at every run: those by content.
 */
export function fingerprintOf(
  stateDir: string,
  layout: StateLayout,
  stamps: ReadonlyMap<StatePath, FileStamp>,
): string {
  const hash = createHash('sha1');
  for (const path of [...stamps.keys()].sort()) {
    const stamp = stamps.get(path)!;
    if (layout.isRewritten(path)) addContent(hash, path, join(stateDir, path));
    else hash.update(`${path} ${stamp.size} ${stamp.mtimeMs} ${stamp.ctimeMs} ${stamp.ino}\n`);
  }
  return hash.digest('hex');
}

function addContent(hash: Hash, path: string, file: string): void {
  hash.update(`${path} `).update(readFileSync(file)).update('\n');
}
