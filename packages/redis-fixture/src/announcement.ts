import { randomUUID } from 'node:crypto';
import { RequestReader, type RedisRequest } from './request-reader.js';

const READS_VALUES: ReadonlySet<string> = new Set(
  ['GET', 'GETDEL', 'GETEX', 'GETRANGE', 'GETSET', 'HGET', 'HGETALL', 'HMGET', 'MGET', 'SUBSTR'].concat([
    'DUMP',
    'EVAL',
    'EVALSHA',
    'EVAL_RO',
    'EVALSHA_RO',
    'FCALL',
    'FCALL_RO',
  ]),
);

const FILLER = Buffer.alloc(64 * 1024, 'x');

export interface AnnouncementOptions {
  /** Length of the announced string. */
  readonly bytes: number;
  /** Sends to the target. `undefined`: there is none, and we answer ourselves. */
  readonly toTarget: ((chunk: Buffer) => void) | undefined;
  /** Sends to the client; false means: wait until it has `drained`. */
  readonly toClient: (chunk: Buffer) => boolean;
}

/**
 * One connection that gets an endless reply to its first read. The replies to what came before must stand before it, and
 * we don't count replies: after the last forwarded command we send an ECHO of our own, whose reply is the mark.
 */
export class Announcement {
  readonly #options: AnnouncementOptions;
  readonly #requests = new RequestReader();
  readonly #mark = randomUUID();
  #state: 'watching' | 'settling' | 'streaming' = 'watching';
  #head = '';
  #tail = '';
  #remaining: number;
  #replies: Buffer = Buffer.alloc(0);

  constructor(options: AnnouncementOptions) {
    this.#options = options;
    this.#remaining = options.bytes;
  }

  /** The connection has had a part of the reply, and is of no use any more. */
  get isStreaming(): boolean {
    return this.#state === 'streaming';
  }

  request(chunk: Buffer): void {
    if (this.#state !== 'watching') return;
    for (const request of this.#requests.read(chunk)) {
      if (READS_VALUES.has(request.name)) {
        this.#settle(request);
        return;
      }
      this.#answer(request);
    }
  }

  reply(chunk: Buffer): void {
    if (this.#state === 'watching') this.#options.toClient(chunk);
    if (this.#state === 'settling') this.#passUpToMark(chunk);
  }

  drained(): void {
    if (this.#state === 'streaming') this.#stream();
  }

  #answer({ name, raw }: RedisRequest): void {
    const { toTarget, toClient } = this.#options;
    if (toTarget !== undefined) toTarget(raw);
    else toClient(Buffer.from(name === 'PING' ? '+PONG\r\n' : name === 'HELLO' ? '%0\r\n' : '+OK\r\n'));
  }

  #settle({ name, argumentCount }: RedisRequest): void {
    const { bytes, toTarget } = this.#options;
    const strings = name === 'MGET' ? argumentCount : 1;
    this.#head = `${name === 'MGET' ? `*${strings}\r\n` : ''}$${bytes}\r\n`;
    this.#tail = `\r\n${'$-1\r\n'.repeat(strings - 1)}`;
    this.#state = 'settling';
    if (toTarget === undefined) this.#begin();
    else toTarget(Buffer.from(`*2\r\n$4\r\nECHO\r\n$${this.#mark.length}\r\n${this.#mark}\r\n`));
  }

  #passUpToMark(chunk: Buffer): void {
    this.#replies = Buffer.concat([this.#replies, chunk]);
    const mark = this.#replies.indexOf(`$${this.#mark.length}\r\n${this.#mark}\r\n`);
    if (mark === -1) return;
    this.#options.toClient(this.#replies.subarray(0, mark));
    this.#begin();
  }

  #begin(): void {
    this.#state = 'streaming';
    this.#options.toClient(Buffer.from(this.#head));
    this.#stream();
  }

  #stream(): void {
    while (this.#remaining > 0) {
      const piece = FILLER.subarray(0, this.#remaining);
      this.#remaining -= piece.length;
      if (!this.#options.toClient(piece) && this.#remaining > 0) return;
    }
    if (this.#tail !== '') this.#options.toClient(Buffer.from(this.#tail));
    this.#tail = '';
  }
}
