const bytesPerName = 32;
const initialCapacity = 1024;

export interface LastUse {
  readonly name: string;
  readonly timeMs: number;
}

/** Names of 64 hex digits with the time of their last use, 40 bytes each: all metas of a store are in here at once. */
export class UseOrder {
  #times = new Float64Array(initialCapacity);
  #names = Buffer.alloc(initialCapacity * bytesPerName);
  #size = 0;

  add(name: string, timeMs: number): void {
    if (this.#size === this.#times.length) this.#grow();
    this.#times[this.#size] = timeMs;
    this.#names.write(name, this.#size * bytesPerName, 'hex');
    this.#size += 1;
  }

  /** The one that was used last comes first. */
  *latestFirst(): Iterable<LastUse> {
    const times = this.#times;
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i);
    for (const i of order.sort((a, b) => times[b]! - times[a]!)) {
      const start = i * bytesPerName;
      yield { name: this.#names.toString('hex', start, start + bytesPerName), timeMs: times[i]! };
    }
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
    this.#names = Buffer.concat([this.#names, Buffer.alloc(this.#names.length)]);
  }
}
