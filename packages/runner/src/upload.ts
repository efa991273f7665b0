import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addDrained, failOpen, noEvents, nothingDrained, type Drained } from '@cleanmiss/core';
import { makePrivateFolders, type OpenedCache, type OpenedRemote } from '@cleanmiss/open-cache';
import { tryLease } from '@cleanmiss/snapshot';
import { hearNews } from './news.js';

/** What one remote was told. */
export interface Uploaded extends Drained {
  readonly remote: string;
  /** Over the wire, where the backend can tell. */
  readonly sentBytes: number;
  /** Why it has not been told everything; `null` where it has. */
  readonly failure: string | null;
}

/** Between two looks whether another process has finished. */
const pollMs = 100;

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Somebody waits for the result: wait for another process that is at it. Else it sees to ours as well. */
  readonly waits: boolean;
}

/**
 * Hears what is revoked in each remote, where that was long ago, and tells it what stands in its journal. One process at a time tells one remote. Never rejects because a remote is out
 * of order: the rest stays for the next.
 */
export async function upload(opened: OpenedCache, options: UploadOptions): Promise<readonly Uploaded[]> {
  const silent = opened.remotes.filter((remote) => remote.isNewsDue());
  await Promise.all(silent.map((remote) => hearNewsQuietly(remote, opened)));
  const writable = opened.remotes.filter(({ mode }) => mode === 'read-write');
  return await Promise.all(writable.map((remote) => tell(remote, opened, options)));
}

/** Who is out of order is asked again another time. */
async function hearNewsQuietly(remote: OpenedRemote, opened: OpenedCache): Promise<void> {
  await failOpen('news', noEvents, () => hearNews(remote, opened), undefined);
}

async function tell(
  remote: OpenedRemote,
  opened: OpenedCache,
  { signal, waits }: UploadOptions,
): Promise<Uploaded> {
  let total = nothingDrained;
  let failure: string | null = null;
  try {
    // Looked at once more after the lock was given back: who appended in between saw it taken, and left it to us.
    while (remote.hasWork()) {
      const told = await tellLocked(remote, opened, signal);
      if (told === 'nothing') break;
      if (told !== 'busy') total = addDrained(total, told);
      else if (waits) await delay(pollMs, undefined, { signal });
      else break;
    }
  } catch (error) {
    failure = (error as Error).message;
  }
  const left = remote.hasBacklog()
    ? (failure ?? remote.writeOutage() ?? 'something cannot be told now')
    : null;
  return { remote: remote.name, ...total, sentBytes: remote.traffic().sentBytes, failure: left };
}

/** `busy`: another process is at it. `nothing`: what there is cannot be told now. */
async function tellLocked(
  remote: OpenedRemote,
  opened: OpenedCache,
  signal: AbortSignal,
): Promise<Drained | 'busy' | 'nothing'> {
  makePrivateFolders(dirname(remote.uploadLock));
  const lease = tryLease(remote.uploadLock);
  if (!lease) return 'busy';
  let total = nothingDrained;
  try {
    while (remote.hasWork()) {
      signal.throwIfAborted();
      const told = await remote.drain(opened.local, signal);
      if (told.batches === 0) break;
      total = addDrained(total, told);
    }
    return total.batches === 0 ? 'nothing' : total;
  } finally {
    lease.release();
  }
}
