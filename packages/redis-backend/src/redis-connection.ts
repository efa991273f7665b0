import type { CallOptions } from '@cleanmiss/core';
import { redisOutage } from './redis-outage.js';
import { RedisSession, type RedisSessionOptions } from './redis-session.js';
import type { RedisWire } from './redis-wire.js';

/**
 * Connects with the first call, and anew with the first one after the connection has ended: nothing is tried again
 * here, and nothing reconnects by itself. Retries, deadlines and memories of outages are for the policies above.
 */
export class RedisConnection {
  readonly #options: RedisSessionOptions;
  #session: RedisSession | undefined;
  #closed = false;
  #pastReceivedBytes = 0;
  #pastSentBytes = 0;

  constructor(options: RedisSessionOptions) {
    this.#options = options;
  }

  /** `maxReplyBytes`: see `RedisSession.run`. @throws {CacheError} `ERR_OUTAGE`, or the reason of the signal */
  async call<T>(
    options: CallOptions | undefined,
    maxReplyBytes: number,
    step: (wire: RedisWire) => Promise<T>,
  ): Promise<T> {
    options?.signal?.throwIfAborted();
    if (this.#closed) throw redisOutage(this.#options.name, 'this store was closed');
    return this.#current().run(options?.signal, maxReplyBytes, step);
  }

  /** Bytes over the wire since the beginning, TLS and framing included. */
  traffic(): { readonly receivedBytes: number; readonly sentBytes: number } {
    return {
      receivedBytes: this.#pastReceivedBytes + (this.#session?.sockets.receivedBytes ?? 0),
      sentBytes: this.#pastSentBytes + (this.#session?.sockets.sentBytes ?? 0),
    };
  }

  close(): void {
    this.#closed = true;
    this.#session?.end(redisOutage(this.#options.name, 'this store was closed'));
  }

  #current(): RedisSession {
    if (this.#session && !this.#session.isOver) return this.#session;
    const { receivedBytes, sentBytes } = this.traffic();
    this.#pastReceivedBytes = receivedBytes;
    this.#pastSentBytes = sentBytes;
    this.#session = new RedisSession(this.#options);
    return this.#session;
  }
}
