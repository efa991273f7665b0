import { failOpen, noEvents } from '@cleanmiss/core';
import type { OpenedCache, OpenedRemote, Uploaded, UploadOptions } from '@cleanmiss/open-cache';
import { hearNews } from './news.js';

export type { Uploaded } from '@cleanmiss/open-cache';

/**
 * Hears what is revoked in each remote, where that was long ago, and tells it what stands in its journal. Never rejects because a remote
 * is out of order: the rest stays for the next.
 */
export async function upload(opened: OpenedCache, options: UploadOptions): Promise<readonly Uploaded[]> {
  const silent = opened.remotes.filter((remote) => remote.isNewsDue());
  await Promise.all(silent.map((remote) => hearNewsQuietly(remote, opened)));
  return await opened.upload(options);
}

/** Who is out of order is asked again another time. */
async function hearNewsQuietly(remote: OpenedRemote, opened: OpenedCache): Promise<void> {
  await failOpen('news', noEvents, () => hearNews(remote, opened), undefined);
}
