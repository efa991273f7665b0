import { CacheError, isOutage } from '@cleanmiss/core';
import { errorCodeOf } from './file-system.js';

/**
 * Every error of the operating system that gets this far means that the store is out of order, also one that
 * `isOutage` does not list (a file where a folder should be is `EEXIST` to mkdir): the check has to go on without it.
 */
export async function orOutage<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw asOutage(error);
  }
}

export function asOutage(error: unknown): unknown {
  if (errorCodeOf(error) === undefined || isOutage(error)) return error;
  return new CacheError('ERR_OUTAGE', `the store is out of order: ${(error as Error).message}`, {
    cause: error,
  });
}
