import { CacheError } from '@cleanmiss/core';

/**
 * For what is nobody's concern where it fails: on a full disk, in a store that is not ours, where somebody has planted a
 * link. A bug of ours must be seen.
 */
export function quietly(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof CacheError || (error instanceof Error && 'syscall' in error))) throw error;
  }
}
