/**
 * Started as a process of its own: loads a snapshot from a store of files, restores it, and says what came of it and how
 * much memory it took. Arguments: directory of the store, id, folder to restore to.
 */
import { writeSync } from 'node:fs';
import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { emptyIndex, restoreState, SnapshotStore } from '@cleanmiss/snapshot';

export interface Loaded {
  /** Of a snapshot that cannot be loaded, or of units that were lost; `null` for neither. */
  readonly reason: string | null;
  readonly files: number;
  readonly bytes: number;
  /** The most that it ever held, in megabytes. */
  readonly peakMb: number;
}

const [directory = '', id = '', target = ''] = process.argv.slice(2);
const { blobs, metas } = openFsStore({ directory });
const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'test' });
const loaded = await new SnapshotStore(cache).load(id);
const restored = loaded.ok ? await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs) : undefined;
const result: Loaded = {
  reason: loaded.ok ? (loaded.snapshot.lost ?? restored?.lost ?? null) : loaded.reason,
  files: restored?.files ?? 0,
  bytes: restored?.bytes ?? 0,
  peakMb: process.resourceUsage().maxRSS / 1024,
};
writeSync(1, JSON.stringify(result));
