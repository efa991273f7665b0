import type { BlobRef, BlobResult, CallOptions, Digest } from '@cleanmiss/core';
import { batchesOf } from './batches.js';
import type { Unpacked } from './codec.js';
import { decodePart, maxValueBytes, partCount } from './part.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { getValue } from './values.js';

export interface WantedPart {
  readonly digest: Digest;
  readonly blobSize: number;
  readonly number: number;
}
export type ReadPart = Unpacked | { readonly kind: 'absent' };

/** So much content is asked for in one go; the server and the line are busy with it while we unpack what has come. */
const batchLimits = { items: 2048, bytes: 32 * 1024 * 1024 };
/** Frame of a reply: `$`, a length, two line ends. */
const frameBytes = 32;

/** Reads parts and puts them together. */
export class RedisBlobReader {
  readonly #bulk: RedisConnection;
  readonly #keys: RedisKeys;

  constructor(bulk: RedisConnection, keys: RedisKeys) {
    this.#bulk = bulk;
    this.#keys = keys;
  }

  /** One result per ref, in order. The refs are distinct. */
  async read(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const firsts = refs.map(({ digest, size }) => ({ digest, blobSize: size, number: 0 }));
    const results: BlobResult[] = [];
    for (const [i, first] of (await this.readParts(firsts, options)).entries()) {
      results.push(resultOf(await this.#readOn(refs[i]!, first, options), refs[i]!));
    }
    return results;
  }

  async readParts(wanted: readonly WantedPart[], options?: CallOptions): Promise<readonly ReadPart[]> {
    const read: ReadPart[] = [];
    for (const batch of batchesOf(wanted, batchLimits, maxLength)) {
      const bytes = batch.reduce((total, part) => total + maxLength(part), 0);
      const parts = await this.#bulk.call(options, bytes, (wire) =>
        // Each is unpacked when it comes in: the event loop gets its turns between the pieces that the socket delivers.
        Promise.all(batch.map(async (part) => unpackPart(part, await getValue(wire, this.#key(part))))),
      );
      read.push(...parts);
    }
    return read;
  }

  /**
   * The other parts of a long blob, some at a time: it is whoever wrote the ref who says how many there are, and the first one
   * that is not there is the end of it.
   */
  async #readOn(ref: BlobRef, first: ReadPart, options?: CallOptions): Promise<ReadPart> {
    const count = partCount(ref.size);
    if (count === 1 || first.kind !== 'content') return first;
    const pieces = [first.bytes];
    const numbers = function* () {
      for (let number = 1; number < count; number++) yield number;
    };
    for (const batch of batchesOf(numbers(), { items: 8 })) {
      const wanted = batch.map((number) => ({ digest: ref.digest, blobSize: ref.size, number }));
      for (const part of await this.readParts(wanted, options)) {
        if (part.kind !== 'content') return part;
        pieces.push(part.bytes);
      }
    }
    return { kind: 'content', bytes: Buffer.concat(pieces) };
  }

  #key({ digest, number }: WantedPart): string {
    return this.#keys.part(digest, number);
  }
}

function unpackPart(part: WantedPart, value: Buffer | undefined): ReadPart {
  return value === undefined ? { kind: 'absent' } : decodePart(value, part);
}

function maxLength({ blobSize, number }: WantedPart): number {
  return maxValueBytes(blobSize, number) + frameBytes;
}

function resultOf(part: ReadPart, ref: BlobRef): BlobResult {
  switch (part.kind) {
    case 'content':
      return { found: true, bytes: part.bytes };
    case 'absent':
      return { found: false, reason: 'blob-missing' };
    case 'unknown-format':
      // To us it is not there. It is not damaged either: whoever wrote it can read it, and it is left alone.
      return { found: false, reason: 'blob-missing' };
    case 'damaged':
      // Bytes of a length that cannot be right: whoever verifies sees it at once, and has it quarantined.
      return { found: true, bytes: new Uint8Array(ref.size === 0 ? 1 : 0) };
  }
}
