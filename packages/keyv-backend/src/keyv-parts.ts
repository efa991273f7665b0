import { batchesOf, type CallOptions } from '@cleanmiss/core';
import type { KeyvEntryLike } from './keyv-like.js';
import { decodeValue, encodeValue, wholeSizeOf } from './keyv-value.js';
import type { StoredText, WatchedKeyv } from './watched-keyv.js';

export interface KeyvPartsOptions {
  readonly keyv: WatchedKeyv;
  readonly keyOf: (digest: string, part: number) => string;
  /** Bytes of content in a value. */
  readonly partBytes: number;
  /** In milliseconds. */
  readonly ttlMs: number;
}

export interface Whole {
  /** SHA-256 of the content. */
  readonly digest: string;
  /** Bytes of content. */
  readonly size: number;
}

export type StoredWhole =
  | { readonly kind: 'absent' | 'damaged' }
  /** Every part is there, and says that it belongs to something of this size. Nothing has been unpacked. */
  | { readonly kind: 'stored'; readonly texts: readonly string[]; readonly expires: number };

/** So much content goes to the store, or comes from it, in one go. */
const maxBatchBytes = 4 * 1024 * 1024;
/** Added to each item, so that a batch has at most 512: a statement of SQL holds a limited number of keys. */
const itemBytes = maxBatchBytes / 512;
/** Of one content. How many follow is for the first one to say, which may be damaged, or worse. */
const partsAtOnce = 8;

/** Contents under their digest, cut into values that every store takes. With a part missing it is not there. */
export class KeyvParts {
  readonly #options: KeyvPartsOptions;

  constructor(options: KeyvPartsOptions) {
    this.#options = options;
  }

  /** In order, in batches. */
  async *read<T extends Whole>(
    wanted: Iterable<T>,
    options?: CallOptions,
  ): AsyncIterable<readonly (readonly [T, StoredWhole])[]> {
    for (const batch of batchesOf(wanted, ({ size }) => itemBytes + size, maxBatchBytes)) {
      const firsts = await this.#get(
        batch.map(({ digest }) => [digest, 0]),
        options,
      );
      const read: (readonly [T, StoredWhole])[] = [];
      for (const [i, whole] of batch.entries()) {
        read.push([whole, await this.#readOn(whole, firsts[i], options)]);
      }
      yield read;
    }
  }

  /** `undefined` where it is not what the store says that it is. */
  unpack(size: number, texts: readonly string[]): Uint8Array | undefined {
    const { partBytes } = this.#options;
    const pieces: Uint8Array[] = [];
    for (const [part, text] of texts.entries()) {
      const bytes = decodeValue(text, Math.min(partBytes, size - part * partBytes));
      if (bytes === undefined) return undefined;
      pieces.push(bytes);
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** Packs a batch at a time, while nothing else happens in this process: at most some 40 ms. */
  async write(contents: Iterable<readonly [string, Uint8Array]>, options?: CallOptions): Promise<void> {
    const bytesOf = ({ content }: Part) => itemBytes + content.length;
    for (const batch of batchesOf(this.#cut(contents), bytesOf, maxBatchBytes)) {
      options?.signal?.throwIfAborted();
      const entries = batch.map(({ key, whole, content }) => this.#entry(key, encodeValue(whole, content)));
      await this.#options.keyv.setMany(entries, options);
    }
  }

  /** Stores once more what was read, with the whole of its life before it. */
  async renew(
    stored: readonly (readonly [string, readonly string[]])[],
    options?: CallOptions,
  ): Promise<void> {
    const { keyv, keyOf } = this.#options;
    const entries = stored.flatMap(([digest, texts]) =>
      texts.map((text, part) => this.#entry(keyOf(digest, part), text)),
    );
    const bytesOf = ({ value }: KeyvEntryLike) => itemBytes + value.length;
    for (const batch of batchesOf(entries, bytesOf, maxBatchBytes)) await keyv.setMany(batch, options);
  }

  /** What is not there is passed over. */
  async remove(digest: string, options?: CallOptions): Promise<void> {
    const [first] = await this.#get([[digest, 0]], options);
    if (first === undefined) return;
    const size = wholeSizeOf(first.text) ?? 0;
    for (let part = 1; ; part += partsAtOnce) {
      const following = this.#following(size, part);
      const removed = await this.#delete(digest, following, options);
      // Of a damaged size there is no end.
      if (!removed.includes(true)) break;
    }
    // The first one last: while it is there, the others can be found.
    await this.#delete(digest, [0], options);
  }

  /** Bytes of the whole, as the store says. `undefined`: it is not there, or damaged. */
  async sizeOf(digest: string, options?: CallOptions): Promise<number | undefined> {
    const [first] = await this.#get([[digest, 0]], options);
    return first && wholeSizeOf(first.text);
  }

  async #readOn(
    { digest, size }: Whole,
    first: StoredText | undefined,
    options?: CallOptions,
  ): Promise<StoredWhole> {
    const texts: string[] = [];
    let expires = Infinity;
    let found = [first];
    while (found.length > 0) {
      for (const stored of found) {
        if (stored === undefined) return { kind: 'absent' };
        if (wholeSizeOf(stored.text) !== size) return { kind: 'damaged' };
        texts.push(stored.text);
        expires = Math.min(expires, stored.expires ?? Infinity);
      }
      const next = this.#following(size, texts.length).map((part) => [digest, part] as const);
      found = [...(await this.#get(next, options))];
    }
    return { kind: 'stored', texts, expires };
  }

  /** Some of the parts of a whole, from one on. */
  #following(size: number, from: number): readonly number[] {
    const end = Math.min(Math.ceil(size / this.#options.partBytes), from + partsAtOnce);
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
  }

  async #get(
    parts: readonly (readonly [digest: string, part: number])[],
    options?: CallOptions,
  ): Promise<readonly (StoredText | undefined)[]> {
    const { keyv, keyOf } = this.#options;
    if (parts.length === 0) return [];
    return keyv.getMany(
      parts.map(([digest, part]) => keyOf(digest, part)),
      options,
    );
  }

  #delete(digest: string, parts: readonly number[], options?: CallOptions): Promise<readonly boolean[]> {
    const { keyv, keyOf } = this.#options;
    return keyv.deleteMany(
      parts.map((part) => keyOf(digest, part)),
      options,
    );
  }

  /** The empty content has one part as well. */
  *#cut(contents: Iterable<readonly [string, Uint8Array]>): Iterable<Part> {
    const { keyOf, partBytes } = this.#options;
    for (const [digest, bytes] of contents) {
      const count = Math.max(1, Math.ceil(bytes.length / partBytes));
      for (let part = 0; part < count; part++) {
        const content = bytes.subarray(part * partBytes, (part + 1) * partBytes);
        yield { key: keyOf(digest, part), whole: bytes.length, content };
      }
    }
  }

  #entry(key: string, value: string): KeyvEntryLike {
    return { key, value, ttl: this.#options.ttlMs };
  }
}

interface Part {
  readonly key: string;
  /** Bytes of all parts together. */
  readonly whole: number;
  readonly content: Uint8Array;
}
