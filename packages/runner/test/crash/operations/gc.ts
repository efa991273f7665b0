import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodeIndex, loadChecksum, blobOf, digestOf } from '@cleanmiss/core';
import type { Operation } from '../operation.js';
import { entryOf, hourMs, openStore, pathsIn, setTime, storeIn } from './store.js';

/** Far ahead, so that whatever is written now is old. */
const now = Date.UTC(2100, 0, 1);
const [young, old, expired] = [now - 60_000, now - 2 * hourMs, now - 40 * 24 * hourMs];

export const clock = { now: () => now };
export const afterwards = { now: () => now + 2 * hourMs };

/** In use; its blob is old, and named by an expired entry as well. */
export const used = entryOf('used', { own: 'used', shared: 'shared' });
/** Nobody has used it for too long. */
export const unused = entryOf('unused', { own: 'unused', shared: 'shared' });
export const unusedToo = entryOf('unused too', { own: 'unused too' });
/** In use, and collectors that were killed have taken the name of its blob, and that of its meta. */
export const halfRetired = entryOf('half retired', { own: 'half retired' });
export const retired = entryOf('retired', { own: 'retired' });
/** Expired, and a collector was killed when it had taken its name. */
export const leftRetired = entryOf('left retired', { own: 'left retired' });

const checksumOf = await loadChecksum();
const listed = blobOf(Buffer.from('listed'), checksumOf);
const index = blobOf(encodeIndex([{ refs: [listed.ref], about: {} }]), checksumOf);
/** Its blob lists another one. */
export const indexed = { key: 'indexed', blobs: { index: index.bytes } };

/** All kinds of what a collection removes, and puts back. */
export const gc: Operation = {
  name: 'gc',
  async prepare(sandbox) {
    const { cache, blobs } = openStore(storeIn(sandbox));
    await cache.putMany([used, unused, unusedToo, halfRetired, retired, leftRetired]);
    await blobs.putMany([index, listed]);
    await cache.put({ key: 'indexed', blobs: { index: { ...index.ref, index: true } } });
    await blobs.putMany(['nobody', 'nobody else'].map((text) => blobOf(Buffer.from(text), checksumOf)));
    await blobs.putMany([blobOf(Buffer.from('about to be named'), checksumOf)]);
    setTimes(storeIn(sandbox));
    leaveBehind(storeIn(sandbox));
  },
  async perform(sandbox) {
    await openStore(storeIn(sandbox), clock).maintenance.gc();
  },
};

export const operations = [gc];

function setTimes(directory: string): void {
  const { files, metaOf } = pathsIn(directory);
  for (const { path } of files.blobs.entries(files.fs)) setTime(path, old);
  for (const { path } of files.metas.entries(files.fs)) setTime(path, young);
  for (const entry of [unused, unusedToo, leftRetired]) setTime(metaOf(entry), expired);
  setTime(files.blobs.pathOf(digestOf(Buffer.from('about to be named'))), young);
}

/** What processes that were killed have left. */
function leaveBehind(directory: string): void {
  const { files, metaOf, blobOf } = pathsIn(directory);
  const half = blobOf(halfRetired, 'own');
  for (const path of [half, metaOf(retired), metaOf(leftRetired)]) renameSync(path, retiredNameOf(path));
  // Relied on since then, so that it gets its name back.
  setTime(retiredNameOf(half), young);
  for (const folder of [dirname(half), dirname(metaOf(used)), files.root]) {
    for (const time of [old, young]) leaveFile(`${folder}/.tmp-${time}`, time);
  }
  mkdirSync(files.quarantine);
  leaveFile(`${files.quarantine}/${digestOf(Buffer.from('damaged'))}.left`, expired);
}

function retiredNameOf(path: string): string {
  return path.replace(/([^/]*)$/, '.gc-$1.left');
}

function leaveFile(path: string, time: number): void {
  writeFileSync(path, 'half');
  setTime(path, time);
}

/** The names that no entry has, in all folders. */
export function hiddenIn(directory: string): readonly string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => /(?:^|\/)\.(?:gc|tmp)-/.test(path));
}
