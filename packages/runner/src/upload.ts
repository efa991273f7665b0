import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Drained } from '@cleanmiss/core';
import type { OpenedCache, OpenedRemote } from '@cleanmiss/open-cache';
import { tryLease } from '@cleanmiss/snapshot';

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

/**
 * Tells each remote what stands in its journal. One process at a time tells one remote; this one waits for another to finish,
 * and then tells what has come since. Never rejects because a remote is out of order: the rest stays for the next.
 */
export async function upload(opened: OpenedCache, signal: AbortSignal): Promise<readonly Uploaded[]> {
  const writable = opened.remotes.filter(({ mode }) => mode === 'read-write');
  return await Promise.all(writable.map((remote) => tell(remote, opened, signal)));
}

async function tell(remote: OpenedRemote, opened: OpenedCache, signal: AbortSignal): Promise<Uploaded> {
  const total = { metas: 0, blobs: 0, bytes: 0, lost: 0 };
  const end = (failure: string | null): Uploaded => ({
    remote: remote.name,
    ...total,
    sentBytes: remote.traffic().sentBytes,
    failure,
  });
  try {
    // Looked at once more after the lock was given back: who appended in between saw it taken, and left it to us.
    while (remote.hasWork()) {
      const told = await tellLocked(remote, opened, signal);
      if (told) addTo(total, told);
      else await delay(pollMs, undefined, { signal });
    }
    return end(remote.outage() ?? null);
  } catch (error) {
    return end((error as Error).message);
  }
}

/** `undefined`: another process is at it. */
async function tellLocked(
  remote: OpenedRemote,
  opened: OpenedCache,
  signal: AbortSignal,
): Promise<Drained | undefined> {
  mkdirSync(dirname(remote.uploadLock), { recursive: true, mode: 0o700 });
  const lease = tryLease(remote.uploadLock);
  if (!lease) return undefined;
  const total = { metas: 0, blobs: 0, bytes: 0, lost: 0 };
  try {
    while (remote.hasWork()) addTo(total, await remote.drain(opened.local, signal));
    return total;
  } finally {
    lease.release();
  }
}

function addTo(total: { -readonly [Name in keyof Drained]: number }, more: Drained): void {
  for (const name of ['metas', 'blobs', 'bytes', 'lost'] as const) total[name] += more[name];
}
