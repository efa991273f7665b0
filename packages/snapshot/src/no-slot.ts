import { CacheError } from '@cleanmiss/core';

/**
 * There is no slot to be had here, for a reason that will not go away by itself: the system cannot lock, the folder is
 * not ours, the limit is reached. The check goes on without a slot, with `message` as its warning.
 */
export function noSlot(message: string, cause?: unknown): CacheError {
  return new CacheError('ERR_INVALID_STATE', message, cause === undefined ? {} : { cause });
}
