import { channel, subscribe, unsubscribe, type Channel } from 'node:diagnostics_channel';
import type { CacheEvent, EventSink } from './events.js';

export type CacheEventType = CacheEvent['type'];

/** What a channel's subscribers are handed: the event itself, which belongs to all of them. */
export type CacheMessage<Type extends CacheEventType> = Extract<CacheEvent, { readonly type: Type }>;

/** The name of each event's channel of `node:diagnostics_channel`. */
export const cacheChannels = {
  hit: 'cleanmiss:hit',
  miss: 'cleanmiss:miss',
  put: 'cleanmiss:put',
  quarantined: 'cleanmiss:quarantined',
  untrusted: 'cleanmiss:untrusted',
  degraded: 'cleanmiss:degraded',
} as const satisfies Record<CacheEventType, string>;

/** Publishes each event on its channel, then tells `events`. Costs an event to which nobody has subscribed one look. */
export function publishingEvents(events: EventSink): EventSink {
  const channels = openChannels();
  return (event) => {
    const to = channels[event.type];
    if (to.hasSubscribers) to.publish(event);
    events(event);
  };
}

/**
 * Calls `listener` for events of all caches of this process. It must not wait; what it throws, Node reports as an uncaught
 * exception. Answers how to end that.
 */
export function onCacheEvent<Type extends CacheEventType>(
  type: Type,
  listener: (message: CacheMessage<Type>) => void,
): () => void {
  const hear = (message: unknown) => {
    listener(message as CacheMessage<Type>);
  };
  // By name: a channel to which somebody has subscribed in this way is not collected.
  subscribe(cacheChannels[type], hear);
  return () => {
    unsubscribe(cacheChannels[type], hear);
  };
}

function openChannels(): Readonly<Record<CacheEventType, Channel>> {
  const named = Object.entries(cacheChannels).map(([type, name]) => [type, channel(name)] as const);
  return Object.fromEntries(named) as Record<CacheEventType, Channel>;
}
