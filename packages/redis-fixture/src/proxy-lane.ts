import type { Socket } from 'node:net';

const TICK_MS = 20;

export interface ProxyLaneOptions {
  /** Not read while `sink` or the speed holds us up. */
  readonly source: Socket;
  readonly sink: Socket;
  /** Asked before each write, as it may change. `undefined`: as fast as `sink` takes it. */
  readonly bytesPerSecond: () => number | undefined;
  /** Told how many bytes are written. */
  readonly written: (bytes: number) => void;
}

/** One direction of a connection: its bytes in order, with back pressure, at a given speed. */
export class ProxyLane {
  readonly #options: ProxyLaneOptions;
  #waiting: Buffer = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #isFull = false;
  #isEnding = false;

  constructor(options: ProxyLaneOptions) {
    this.#options = options;
    options.sink.on('drain', () => {
      this.#isFull = false;
      this.#advance();
    });
    options.sink.once('close', () => {
      this.drop();
    });
  }

  send(chunk: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    this.#advance();
  }

  /** Ends the sink when what waits is written. */
  end(): void {
    this.#isEnding = true;
    this.#advance();
  }

  /** Forgets what is not written yet. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = Buffer.alloc(0);
    this.#options.source.resume();
  }

  #advance(): void {
    const { source, sink } = this.#options;
    if (!this.#isHeldUp && this.#waiting.length > 0) this.#writeShare();
    if (this.#waiting.length === 0 && this.#isEnding) sink.end();
    if (this.#isHeldUp) source.pause();
    else source.resume();
  }

  get #isHeldUp(): boolean {
    return this.#isFull || this.#timer !== undefined;
  }

  #writeShare(): void {
    const rate = this.#options.bytesPerSecond();
    const most = rate === undefined ? Infinity : Math.max(1, Math.round((rate * TICK_MS) / 1000));
    const share = this.#waiting.subarray(0, most);
    this.#waiting = this.#waiting.subarray(share.length);
    this.#options.written(share.length);
    this.#isFull = !this.#options.sink.write(share);
    if (rate !== undefined) this.#waitFor((share.length * 1000) / rate);
  }

  /** After a last share too: a stream of small chunks would get round the limit otherwise. */
  #waitFor(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#advance();
    }, ms);
  }
}
