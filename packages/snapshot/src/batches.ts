/** Bytes in one batch of blob traffic: memory is bounded by this plus one item. */
export const batchBytes = 8 * 1024 * 1024;

/** Splits a list, in order, into parts of about `batchBytes`; an item beyond that is a part of its own. */
export function* batchesOf<T>(items: Iterable<T>, bytesOf: (item: T) => number): Iterable<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(item);
    if (batch.length > 0 && bytes + more > batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}
