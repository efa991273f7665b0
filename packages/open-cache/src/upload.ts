import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { addDrained, nothingDrained, type Cache, type Drained } from '@cleanmiss/core';
import { makePrivateFolders } from '@cleanmiss/fs-backend';
import type { OpenedRemote } from './open-remote.js';

/** What one remote was told. */
export interface Uploaded extends Drained {
  /** Its name, without credentials. */
  readonly remote: string;
  /** Over the wire, where the backend can tell. */
  readonly sentBytes: number;
  /** Why it has not been told everything; `null` where it has. */
  readonly failure: string | null;
}

export interface UploadOptions {
  /** Ends it early: what has not been told stays for the next. Default: it goes on for as long as it takes. */
  readonly signal?: AbortSignal;
  /** Wait where another process is at it. Else that one sees to ours as well. Default: true. */
  readonly waits?: boolean;
}

/** Between two looks whether another process has finished. */
const pollMs = 100;

/** Tells a remote what stands in its journal. One process at a time tells one remote. Never rejects because it is out of order. */
export async function uploadTo(
  remote: OpenedRemote,
  local: Cache,
  { signal, waits = true }: UploadOptions,
): Promise<Uploaded> {
  let total = nothingDrained;
  let failure: string | null = null;
  try {
    // Looked at once more after the lock was given back: who appended in between saw it taken, and left it to us.
    while (remote.hasWork()) {
      const told = await tellLocked(remote, local, signal);
      if (told === 'nothing') break;
      if (told !== 'busy') total = addDrained(total, told);
      else if (waits) await delay(pollMs, undefined, signal ? { signal } : {});
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
  local: Cache,
  signal: AbortSignal | undefined,
): Promise<Drained | 'busy' | 'nothing'> {
  // For those alone who upload: with it comes a native addon.
  const { tryLease } = await import('@cleanmiss/snapshot');
  makePrivateFolders(dirname(remote.uploadLock));
  const lease = tryLease(remote.uploadLock);
  if (!lease) return 'busy';
  let total = nothingDrained;
  try {
    while (remote.hasWork()) {
      signal?.throwIfAborted();
      const told = await remote.drain(local, signal);
      if (told.batches === 0) break;
      total = addDrained(total, told);
    }
    return total.batches === 0 ? 'nothing' : total;
  } finally {
    lease.release();
  }
}
