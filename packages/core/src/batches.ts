/** Splits a list, in order, into parts of about `maxBytes`; an item beyond that is a part of its own. */
export function* batchesOf<T>(
  items: Iterable<T>,
  bytesOf: (item: T) => number,
  maxBytes: number,
): Iterable<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = bytesOf(item);
    if (batch.length > 0 && bytes + more > maxBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}
