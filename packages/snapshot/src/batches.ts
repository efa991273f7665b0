import { batchesOf } from '@cleanmiss/core';

/** Bytes in one batch of blob traffic: memory is bounded by this plus one item. */
export const batchBytes = 8 * 1024 * 1024;

export function trafficBatchesOf<T>(
  items: Iterable<T>,
  bytesOf: (item: T) => number,
): Iterable<readonly T[]> {
  return batchesOf(items, bytesOf, batchBytes);
}
