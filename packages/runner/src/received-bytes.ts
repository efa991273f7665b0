import type { OpenedCache } from '@cleanmiss/open-cache';

/** Over the network so far, from all remotes that can tell. */
export function receivedBytes({ remotes }: Pick<OpenedCache, 'remotes'>): number {
  return remotes.reduce((sum, remote) => sum + remote.traffic().receivedBytes, 0);
}
