import type { CacheResult, MetaResult } from './cache.js';
import type { EventSink } from './events.js';
import type { Key } from './key.js';

/** One event per key. */
export function tellResults(
  events: EventSink,
  keys: readonly Key[],
  results: readonly (CacheResult | MetaResult)[],
): void {
  for (const [i, result] of results.entries()) {
    const key = keys[i]!;
    if (result.hit)
      events({ type: 'hit', key, bytes: 'blobs' in result ? sizeOf(result.blobs.values()) : 0 });
    else events({ type: 'miss', key, reason: result.reason });
  }
}

function sizeOf(parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}
