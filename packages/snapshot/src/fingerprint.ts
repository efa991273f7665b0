import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateLayout } from './state-layout.js';
import type { StatePath } from './safe-path.js';
import type { FileStamp, WalkedFile } from './state-walk.js';

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
  for (const path of [...stamps.keys()].sort())
    addFile(hash, stateDir, layout, { path, stamp: stamps.get(path)! });
  return hash.digest('hex');
}

export function addFile(
  hash: Hash,
  stateDir: string,
  layout: StateLayout,
  { path, stamp }: Pick<WalkedFile, 'path' | 'stamp'>,
): void {
  if (layout.writing(path) === 'every-run')
    hash
      .update(`${path} `)
      .update(readFileSync(join(stateDir, path)))
      .update('\n');
  else hash.update(`${path} ${stamp.size} ${stamp.mtimeMs} ${stamp.ctimeMs} ${stamp.ino}\n`);
}
