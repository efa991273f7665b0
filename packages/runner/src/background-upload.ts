import type { ChildProcess } from 'node:child_process';
import type { OpenedCache } from '@cleanmiss/open-cache';
import { startInBackground, type BackgroundCommand } from './background-command.js';
import type { Uploaded } from './upload.js';

export interface BackgroundUpload {
  /** What the remotes were told; `undefined` where nobody waited so long. */
  readonly uploaded: readonly Uploaded[] | undefined;
  /** What is still to be told, and why, in words. */
  readonly trouble: readonly string[];
}

const nothingToDo: BackgroundUpload = { uploaded: [], trouble: [] };

/**
 * Has the remotes told, by a process of its own that goes on when this one ends: the check's answer does not wait for a network.
 * `waits`: wait for it, as long as the run's budget lasts, unless all that are to be told are known to be out of order. It goes
 * on even then.
 */
export async function uploadInBackground(
  opened: OpenedCache,
  how: BackgroundCommand,
  waits: boolean,
): Promise<BackgroundUpload> {
  const remotes = opened.remotes.filter((remote) => remote.hasWork());
  if (remotes.length === 0) {
    // Nobody waits to hear what is revoked; the next run knows.
    const isNewsDue = opened.remotes.some((remote) => remote.isNewsDue());
    if (isNewsDue) startInBackground({ ...how, command: [...how.command, '--no-wait'] }).unref();
    return nothingToDo;
  }
  const known = remotes.flatMap((remote) => remote.readOutage() ?? []);
  // Who is known to be out of order would be waited for in vain, by each run anew.
  const isWorthIt = waits && known.length < remotes.length;
  const command = isWorthIt ? how.command : [...how.command, '--no-wait'];
  const child = startInBackground({ ...how, command }, isWorthIt);
  if (!isWorthIt) {
    child.unref();
    return { uploaded: undefined, trouble: waits ? known.map(notWaitedFor) : [] };
  }
  const { budget } = opened;
  const uploaded = await budget.spend(() => resultOf(child, budget.remainingMs()));
  if (!uploaded) return { uploaded, trouble: ['it goes on behind this run, which has waited long enough'] };
  const failed = uploaded.filter(({ failure }) => failure !== null);
  return { uploaded, trouble: failed.map(({ remote, failure }) => `to ${remote}: ${failure!}`) };
}

function notWaitedFor(outage: string): string {
  return `it goes on behind this run, because of: ${outage}`;
}

/** `undefined` where it takes longer, or ends without a word. */
async function resultOf(child: ChildProcess, limitMs: number): Promise<readonly Uploaded[] | undefined> {
  const result = await new Promise<readonly Uploaded[] | undefined>((resolve) => {
    const timer = setTimeout(resolve, limitMs, undefined);
    const done = (uploaded?: readonly Uploaded[]) => {
      clearTimeout(timer);
      resolve(uploaded);
    };
    child.once('message', (message) => done(message as readonly Uploaded[]));
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  if (child.connected) child.disconnect();
  child.unref();
  return result;
}
