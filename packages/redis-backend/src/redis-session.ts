import { setMaxListeners } from 'node:events';
import { onAbort, untilAborted } from './abort.js';
import type { OpenWireOptions } from './open-wire.js';
import { asRedisOutage, endsConnection, redisOutage } from './redis-outage.js';
import { loadClientLibrary } from './redis-node.js';
import { RedisSockets } from './redis-sockets.js';
import type { RedisWire } from './redis-wire.js';

export interface RedisSessionOptions {
  /** For messages. */
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly open: (options: Omit<OpenWireOptions, 'target' | 'tls'>) => Promise<RedisWire>;
}

/** What a call may need beside the values that it asks for: framing, errors, the answers of those who opened it. */
const slackBytes = 1024 * 1024;
/** At 10 Gbit/s, 12 MB come in between two looks. */
const lookEveryMs = 10;

/**
 * From connecting to the end of the connection: calls that share it end with it, and nothing of it is used again.
 * While no call is waiting it does not keep the process alive.
 */
export class RedisSession {
  readonly sockets = new RedisSockets();
  readonly #life = new AbortController();
  readonly #name: string;
  readonly #wire: Promise<RedisWire>;
  #isConnected = false;
  #calls = 0;
  #expectedBytes = 0;
  #lookout: NodeJS.Timeout | undefined;

  constructor(options: RedisSessionOptions) {
    this.#name = options.name;
    setMaxListeners(0, this.#life.signal);
    this.#wire = this.#connect(options);
    // It has ended the session; whoever waits for it is told by that.
    this.#wire.catch(() => {});
  }

  get isOver(): boolean {
    return this.#life.signal.aborted;
  }

  /** At once: sockets are destroyed, and every call that is waiting rejects with an outage. */
  end(reason: unknown): void {
    if (!this.isOver) this.#life.abort(asRedisOutage(this.#name, reason));
  }

  /**
   * Runs one call. `maxReplyBytes`: what the server may honestly answer; one that sends more is cut off, so that it
   * cannot fill our memory. When the signal ends, so does the connection: what is on its way cannot be taken back.
   */
  async run<T>(
    signal: AbortSignal | undefined,
    maxReplyBytes: number,
    step: (wire: RedisWire) => Promise<T>,
  ): Promise<T> {
    const done = new AbortController();
    let sent = false;
    const work = async () => {
      const wire = await this.#wire;
      signal?.throwIfAborted();
      sent = true;
      return step(wire);
    };
    const giveUp = () => {
      // While it is still connecting, others who wait for it are not disturbed.
      if (sent) this.end(redisOutage(this.#name, 'another call on the same connection was ended early'));
    };
    this.#begin(maxReplyBytes);
    try {
      const result = untilAborted([signal, this.#life.signal], work());
      onAbort(signal, giveUp, done.signal);
      return await result;
    } catch (error) {
      if (endsConnection(error)) this.end(error);
      throw error;
    } finally {
      done.abort();
      this.#finish();
    }
  }

  async #connect({ name, connectTimeoutMs, open }: RedisSessionOptions): Promise<RedisWire> {
    // Not of the server's time: a cold disk may take longer than any server.
    await loadClientLibrary();
    const late = redisOutage(name, `there is no connection after ${connectTimeoutMs} ms`);
    const timer = setTimeout(() => this.end(late), connectTimeoutMs);
    const onBroken = (reason: unknown) => this.end(reason);
    try {
      const session = { connectTimeoutMs, sockets: this.sockets, life: this.#life.signal, onBroken };
      const wire = await open(session);
      this.#isConnected = true;
      return wire;
    } catch (error) {
      this.end(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #begin(maxReplyBytes: number): void {
    if (this.#calls === 0) {
      this.sockets.setInUse(true);
      this.#expectedBytes = this.sockets.receivedBytes;
      this.#lookout = setInterval(() => this.#look(), lookEveryMs);
      this.#lookout.unref();
    }
    this.#calls += 1;
    this.#expectedBytes += maxReplyBytes + slackBytes;
  }

  #finish(): void {
    this.#calls -= 1;
    if (this.#calls > 0) return;
    clearInterval(this.#lookout);
    this.sockets.setInUse(false);
    if (!this.#isConnected) this.end(redisOutage(this.#name, 'nobody waits for it any more'));
  }

  #look(): void {
    if (this.sockets.receivedBytes > this.#expectedBytes) {
      this.end(redisOutage(this.#name, 'it sends more than it was asked for'));
    }
  }
}
