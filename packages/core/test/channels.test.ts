import assert from 'node:assert/strict';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, it, type TestContext } from 'node:test';
import {
  cacheChannels,
  digestOf,
  missReasons,
  noEvents,
  onCacheEvent,
  publishingEvents,
  type CacheEvent,
  type CacheEventType,
  type CacheMessage,
} from '../src/index.js';

const one: Readonly<Record<CacheEventType, CacheEvent>> = {
  hit: { type: 'hit', key: 'k', bytes: 3 },
  miss: { type: 'miss', key: 'k', reason: missReasons[0] },
  put: { type: 'put', key: 'k', bytes: 3 },
  quarantined: { type: 'quarantined', digests: [digestOf(Buffer.from('x'))] },
  untrusted: { type: 'untrusted', key: 'k', why: 'revoked' },
  degraded: { type: 'degraded', operation: 'get', error: new Error('out of order') },
};
const types = Object.keys(one) as readonly CacheEventType[];

describe('the channels', () => {
  it('are not published to where nobody has subscribed', (t) => {
    const published: unknown[] = [];
    for (const type of types) {
      const to = channel(cacheChannels[type]);
      const publish = (event: unknown) => published.push(event);
      Object.defineProperty(to, 'publish', { configurable: true, value: publish });
      // A mock would leave the method of a channel without subscribers behind, which publishes nothing.
      t.after(() => Reflect.deleteProperty(to, 'publish'));
    }
    const heard: CacheEvent[] = [];
    const events = publishingEvents((event) => heard.push(event));
    for (const type of types) events(one[type]);
    assert.deepEqual(published, []);
    assert.deepEqual(heard, Object.values(one));
  });

  it('have the names that are documented, and carry the event itself', (t) => {
    const events = publishingEvents(noEvents);
    for (const type of types) {
      const heard = subscribed(t, `cleanmiss:${type}`);
      for (const event of Object.values(one)) events(event);
      assert.equal(heard.length, 1, type);
      assert.equal(heard[0], one[type]);
    }
  });

  it('are heard by whoever subscribed before any cache was opened, until he has had enough', () => {
    const heard: CacheMessage<'miss'>[] = [];
    const end = onCacheEvent('miss', (message) => heard.push(message));
    publishingEvents(noEvents)(one.miss);
    publishingEvents(noEvents)(one.hit);
    end();
    publishingEvents(noEvents)(one.miss);
    assert.deepEqual(
      heard.map(({ reason }) => reason),
      ['absent'],
    );
  });
});

function subscribed(t: TestContext, name: string): unknown[] {
  const heard: unknown[] = [];
  const hear = (message: unknown) => heard.push(message);
  subscribe(name, hear);
  t.after(() => unsubscribe(name, hear));
  return heard;
}
