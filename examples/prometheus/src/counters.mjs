import { onCacheEvent } from '@cleanmiss/open-cache';

/**
 * What there is to count, of all caches of this process. Labels have few values, all known before but the `operation` of an outage, which
 * names the remote. Never a key: there are as many as modules.
 */
export const counters = {
  hits: 'Keys that were found',
  misses: 'Keys that were not found, by reason',
  puts: 'Entries that were stored',
  hit_bytes: 'Content that was handed out, in bytes',
  put_bytes: 'Content that was handed in, in bytes',
  quarantined_blobs: 'Damaged blobs that were taken out of the way',
  untrusted_metas: 'Metas that were passed over, by why nobody believes them',
  degraded_operations: 'Operations that an outage made a miss or dropped',
};

/**
 * Tells `add` of all that happens from now on. Where nobody counts, nothing is published: it costs a cache nothing.
 *
 * @param {(counter: keyof typeof counters, value: number, labels: Record<string, string>) => void} add
 * @returns {() => void} ends it
 */
export function countEvents(add) {
  const ends = [
    onCacheEvent('hit', ({ bytes }) => {
      add('hits', 1, {});
      add('hit_bytes', bytes, {});
    }),
    onCacheEvent('miss', ({ reason }) => add('misses', 1, { reason })),
    onCacheEvent('put', ({ bytes }) => {
      add('puts', 1, {});
      add('put_bytes', bytes, {});
    }),
    onCacheEvent('quarantined', ({ digests }) => add('quarantined_blobs', digests.length, {})),
    onCacheEvent('untrusted', ({ why }) => add('untrusted_metas', 1, { why })),
    onCacheEvent('degraded', ({ operation }) => add('degraded_operations', 1, { operation })),
  ];
  return () => ends.forEach((end) => end());
}
