import { closeSync, constants, futimesSync, lstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@cleanmiss/core';
import { makePrivateFolders } from '@cleanmiss/fs-backend';

/** Who finds all it needs on this machine asks no remote: so often, at least, somebody asks behind it what is revoked. */
const maxSilenceMs = 10 * 60 * 1000;

/** Somebody may have planted a link. Windows has no such flag. */
const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** Failing to is nobody's concern: it is asked again. */
export function markHeard(path: string, clock: Clock): void {
  const seconds = clock.now() / 1000;
  try {
    makePrivateFolders(dirname(path));
    const fd = openSync(path, constants.O_CREAT | constants.O_RDWR | noFollow, 0o600);
    try {
      futimesSync(fd, seconds, seconds);
    } finally {
      closeSync(fd);
    }
  } catch {
    // a full disk, somebody else's folder
  }
}

export function isSilentTooLong(path: string, clock: Clock): boolean {
  const heardMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Math.abs(clock.now() - heardMs) > maxSilenceMs;
}
