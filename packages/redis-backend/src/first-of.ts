import { childOf } from './abort.js';
import type { HostAndPort } from './redis-hosts.js';

/** Asks all at once, and lets the others go when the first has answered: none of them can make us wait. */
export async function firstOf<T>(
  addresses: readonly HostAndPort[],
  life: AbortSignal,
  ask: (address: HostAndPort, life: AbortSignal) => Promise<T>,
): Promise<T> {
  const asking = childOf(life);
  try {
    return await Promise.any(addresses.map((address) => ask(address, asking.signal)));
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    asking.abort(life.reason);
  }
}
