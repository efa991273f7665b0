const hexDigitsPerWord = 8;
const initialCapacity = 16;

export interface DigestSetOptions {
  /**
   * How many words of 32 bits to keep of each digest, 1 to 8. With all 8 the set is exact. With fewer it takes less memory, and
   * may take a digest that it has not got for one that it has: with 2 of them and a million digests, one in 2^44 that it
   * is asked for.
   */
  readonly words: number;
}

/** SHA-256 digests in one typed array, by open addressing: a `Set` of strings takes eight times the memory. */
export class DigestSet {
  readonly #words: number;
  /** `#words` words a place; all zero: it is free. */
  #places: Uint32Array;
  #capacity = initialCapacity;
  #size = 0;
  /** The digest that looks like a free place. */
  #hasZero = false;
  /** The digest in question, so that no call allocates one. */
  readonly #sought: Uint32Array;

  constructor({ words }: DigestSetOptions) {
    this.#words = words;
    this.#sought = new Uint32Array(words);
    this.#places = new Uint32Array(initialCapacity * words);
  }

  /** What its table takes of memory. */
  get byteLength(): number {
    return this.#places.byteLength;
  }

  /** Answers whether it was new. */
  add(digest: string): boolean {
    this.#seek(digest);
    return this.#addWords(this.#sought, 0);
  }

  has(digest: string): boolean {
    this.#seek(digest);
    return isZero(this.#sought, 0, this.#words)
      ? this.#hasZero
      : !this.#isFree(this.#placeOf(this.#sought, 0));
  }

  /** `other` keeps as many words. */
  addAll(other: DigestSet): void {
    this.#hasZero ||= other.#hasZero;
    this.#addPlaces(other.#places);
  }

  #seek(digest: string): void {
    for (let i = 0; i < this.#words; i++) {
      this.#sought[i] = parseInt(digest.slice(i * hexDigitsPerWord, (i + 1) * hexDigitsPerWord), 16);
    }
  }

  #addPlaces(places: Uint32Array): void {
    for (let at = 0; at < places.length; at += this.#words) {
      if (!isZero(places, at, this.#words)) this.#addWords(places, at);
    }
  }

  #addWords(words: Uint32Array, start: number): boolean {
    if (isZero(words, start, this.#words)) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      return isNew;
    }
    const place = this.#placeOf(words, start);
    if (!this.#isFree(place)) return false;
    for (let i = 0; i < this.#words; i++) this.#places[place + i] = words[start + i]!;
    this.#size += 1;
    if (this.#size * 3 > this.#capacity * 2) this.#grow();
    return true;
  }

  /** Where these words are, or where they would be. A digest is as good as chance, so its first word chooses. */
  #placeOf(words: Uint32Array, start: number): number {
    let at = words[start]! % this.#capacity;
    while (!this.#isFree(at * this.#words) && !this.#isAt(at * this.#words, words, start)) {
      at = (at + 1) % this.#capacity;
    }
    return at * this.#words;
  }

  #isAt(place: number, words: Uint32Array, start: number): boolean {
    for (let i = 0; i < this.#words; i++) {
      if (this.#places[place + i] !== words[start + i]) return false;
    }
    return true;
  }

  #isFree(place: number): boolean {
    return isZero(this.#places, place, this.#words);
  }

  #grow(): void {
    const old = this.#places;
    this.#capacity *= 2;
    this.#size = 0;
    this.#places = new Uint32Array(this.#capacity * this.#words);
    this.#addPlaces(old);
  }
}

function isZero(words: Uint32Array, start: number, count: number): boolean {
  for (let i = start; i < start + count; i++) {
    if (words[i] !== 0) return false;
  }
  return true;
}
