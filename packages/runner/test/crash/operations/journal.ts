import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { openCache, type OpenedCache, type RemoteConfig } from '@cleanmiss/open-cache';
import { upload } from '../../../src/upload.js';
import type { Operation } from '../operation.js';
import { entryOf, storeIn, writtenAt } from './store.js';

export const outdated = entryOf('replaced', { own: 'outdated' });
export const removed = entryOf('removed', { own: 'removed' });
export const replaced = entryOf('replaced', { own: 'replaced', shared: 'shared' });
export const added = entryOf('added', { own: 'added '.repeat(2000), shared: 'shared' });
export const following = entryOf('following', { own: 'following' });

export function remoteIn(sandbox: string): string {
  return `${sandbox}/remote`;
}

/** Puts, and deletes, through the journal of a remote that is a shared folder; then brings it there. */
export const journal: Operation = {
  name: 'journal',
  async prepare(sandbox) {
    mkdirSync(remoteIn(sandbox), { mode: 0o700 });
    const opened = openTiers(sandbox);
    await opened.strict.putMany([outdated, removed]);
    await uploadAll(opened);
  },
  async perform(sandbox, tell) {
    const opened = openTiers(sandbox);
    await opened.strict.put(replaced);
    tell('replaced');
    await opened.strict.putMany([{ ...following, after: added.key }, added]);
    tell('added');
    await opened.strict.delete(removed.key);
    tell('removed');
    await uploadAll(opened);
    tell('uploaded');
  },
};

export const operations = [journal];

/** By `openCache`, as a run opens them; nobody waits, so that no deadline is short on a busy machine. */
function openTiers(sandbox: string): OpenedCache {
  const remote: RemoteConfig = {
    url: pathToFileURL(remoteIn(sandbox)).href,
    mode: 'read-write',
    namespace: 'default',
    ttlMs: 1e9,
    deadlineMs: 60_000,
    connectTimeoutMs: 60_000,
  };
  return openCache(
    { local: storeIn(sandbox), mode: 'read-write', remotes: [remote] },
    {
      isWaitedFor: false,
      writer: 'test',
      clock: { now: () => writtenAt },
      events(event) {
        if (event.type === 'degraded') throw event.error;
      },
    },
  );
}

async function uploadAll(opened: OpenedCache): Promise<void> {
  const [uploaded] = await upload(opened, { signal: new AbortController().signal, waits: true });
  if (uploaded?.failure) throw new Error(uploaded.failure);
}
