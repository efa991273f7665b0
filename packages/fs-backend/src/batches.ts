import type { CallOptions } from '@cleanmiss/core';
import { orOutage } from './outage.js';
import { Pacer } from './pacer.js';

/** Takes the items in turn, in synchronous batches. `step` answers how many bytes it has moved. */
export function forEachInBatches<T>(
  items: Iterable<T>,
  options: CallOptions | undefined,
  step: (item: T) => number | Promise<number>,
): Promise<void> {
  return orOutage(async () => {
    const pacer = new Pacer(options?.signal);
    for (const item of items) {
      const moved = step(item);
      if (pacer.isDue(typeof moved === 'number' ? moved : await moved)) await pacer.pause();
    }
  });
}
