import type { Readable } from 'node:stream';

/** Enough for what a checker says of a crash at its end, and at its beginning. */
const tailBytes = 64 * 1024;
const headBytes = 4 * 1024;

/** What the profiles look for; from here on, output may be kept back. */
const crashSigns = [
  'Traceback (most recent call last)',
  'INTERNAL ERROR',
  'Oops! Something went wrong!',
  'AllFilesIgnoredError',
];
const longestSign = Math.max(...crashSigns.map((sign) => sign.length));

/** Passes a checker's standard error on, byte by byte as it comes, and remembers where a crash begins and how it ends. */
export class StderrWatch {
  readonly #hold: boolean;
  readonly #held: Buffer[] = [];
  #tail = Buffer.alloc(0);
  /** From the line of the first sign on. A traceback may be longer than any tail. */
  #head: Buffer | undefined;

  constructor(hold: boolean) {
    this.#hold = hold;
  }

  attach(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.#remember(chunk);
      if (this.#hold && this.#head) this.#held.push(chunk);
      else process.stderr.write(chunk);
    });
    // The pipe broke: nothing more is to be had from it, and the checker's end tells the rest.
    stream.on('error', () => {});
  }

  /** The beginning of a crash, where there was one, and the end of everything. */
  tail(): string {
    return `${this.#head?.toString('utf8') ?? ''}\n${this.#tail.toString('utf8')}`;
  }

  held(): Uint8Array {
    return Buffer.concat(this.#held);
  }

  #remember(chunk: Buffer): void {
    const before = this.#tail.length;
    const joined = Buffer.concat([this.#tail, chunk]);
    if (this.#head === undefined) this.#head = headIn(joined, Math.max(0, before - longestSign));
    else if (this.#head.length < headBytes)
      this.#head = Buffer.concat([this.#head, chunk]).subarray(0, headBytes);
    this.#tail = joined.subarray(-tailBytes);
  }
}

function headIn(text: Buffer, from: number): Buffer | undefined {
  const places = crashSigns.map((sign) => text.indexOf(sign, from)).filter((place) => place >= 0);
  if (places.length === 0) return undefined;
  const start = text.lastIndexOf('\n', Math.min(...places)) + 1;
  return Buffer.from(text.subarray(start, start + headBytes));
}
