import type { Readable } from 'node:stream';

const tailBytes = 64 * 1024;

/** What the profiles look for; from here on, output may be kept back. */
const crashSigns = ['Traceback (most recent call last)', 'INTERNAL ERROR'];

/** Passes a checker's standard error on, byte by byte as it comes, and remembers its end. */
export class StderrWatch {
  readonly #hold: boolean;
  #tail = Buffer.alloc(0);
  readonly #held: Buffer[] = [];

  constructor(hold: boolean) {
    this.#hold = hold;
  }

  attach(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-tailBytes);
      if (this.#isCrash()) this.#held.push(chunk);
      else process.stderr.write(chunk);
    });
  }

  tail(): string {
    return this.#tail.toString('utf8');
  }

  held(): Uint8Array {
    return Buffer.concat(this.#held);
  }

  #isCrash(): boolean {
    if (!this.#hold) return false;
    return this.#held.length > 0 || crashSigns.some((sign) => this.#tail.includes(sign));
  }
}
