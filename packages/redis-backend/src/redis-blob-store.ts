import type { Blob, BlobRef, BlobResult, BlobStore, CallOptions, Digest, Lifetimes } from '@cleanmiss/core';
import { batchesOf, Turns } from './batches.js';
import { decodeHeader, encodePart, headerBytes, partCount, sliceOf } from './part.js';
import { RedisBlobReader } from './redis-blob-reader.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { quarantineBlob } from './redis-quarantine.js';
import type { RedisWire } from './redis-wire.js';
import { getHead, hasValue, renewValue, setValue, unlinkValue } from './values.js';

export interface RedisBlobStoreOptions {
  /** For what moves blobs. */
  readonly bulk: RedisConnection;
  /** For small questions, which do not wait behind blobs. */
  readonly control: RedisConnection;
  readonly keys: RedisKeys;
  readonly lifetimes: Lifetimes;
  /** A number from 0 to 2^32 - 1 that most likely nobody else has chosen: see `Part.tag`. */
  readonly newTag: () => number;
  /** False: we may only read. What is found present is not renewed then. Default: true. */
  readonly renews?: boolean;
}

/** So much content is on its way at once. */
const putLimits = { items: 1024, bytes: 4 * 1024 * 1024 };
const packBytesPerTurn = 512 * 1024;
const questionsPerBatch = 4096;
const replyBytes = 64;

/** One value a part of a blob, one part a blob of up to 4 MiB. */
export class RedisBlobStore implements BlobStore {
  readonly #options: RedisBlobStoreOptions;
  readonly #reader: RedisBlobReader;

  constructor(options: RedisBlobStoreOptions) {
    this.#options = options;
    this.#reader = new RedisBlobReader(options.bulk, options.keys);
  }

  async getMany(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobResult[]> {
    const distinct = new Map(refs.map((ref) => [nameOf(ref), ref]));
    const results = await this.#reader.read([...distinct.values()], options);
    const byName = new Map([...distinct.keys()].map((name, i) => [name, results[i]!]));
    const given = new Set<string>();
    return refs.map((ref) => {
      const name = nameOf(ref);
      const result = byName.get(name)!;
      // Each caller owns its bytes: who asks for a blob twice gets it twice.
      return given.has(name) ? copyOf(result) : (given.add(name), result);
    });
  }

  async putMany(blobs: readonly Blob[], options?: CallOptions): Promise<void> {
    const { bulk, lifetimes } = this.#options;
    let sending: Promise<void> = Promise.resolve();
    try {
      for (const batch of batchesOf(this.#partsOf(blobs), putLimits, ({ content }) => content.length)) {
        // While one batch is on its way, the next is packed.
        const values = await packed(batch, options);
        await sending;
        sending = bulk.call(options, values.length * replyBytes, async (wire) => {
          await Promise.all(values.map(({ key, value }) => setValue(wire, key, value, lifetimes.blobTtlMs)));
        });
        // Until it is awaited, a failure of it has to wait too.
        sending.catch(() => {});
      }
    } finally {
      await sending;
    }
  }

  async findMissing(refs: readonly BlobRef[], options?: CallOptions): Promise<readonly BlobRef[]> {
    const { control, lifetimes, renews = true } = this.#options;
    const isThere = (wire: RedisWire, key: string) =>
      renews ? renewValue(wire, key, lifetimes.blobTtlMs) : hasValue(wire, key);
    const missing = new Set<BlobRef>();
    for (const batch of batchesOf(this.#keysOf(refs), { items: questionsPerBatch })) {
      await control.call(options, batch.length * replyBytes, async (wire) => {
        const there = await Promise.all(batch.map(({ key }) => isThere(wire, key)));
        for (const [i, { ref }] of batch.entries()) if (!there[i]) missing.add(ref);
      });
    }
    return refs.filter((ref) => missing.has(ref));
  }

  async deleteMany(digests: readonly Digest[], options?: CallOptions): Promise<void> {
    const { control, keys } = this.#options;
    for (const batch of batchesOf(new Set(digests), { items: questionsPerBatch })) {
      await control.call(options, batch.length * (replyBytes + headerBytes), async (wire) => {
        const remove = async (digest: Digest) => {
          const first = keys.part(digest, 0);
          const count = partsSaidBy(await getHead(wire, first, headerBytes));
          // The first one first: without it there is no blob, whatever becomes of the others.
          for (let part = 0; part < count; part++) await unlinkValue(wire, keys.part(digest, part));
        };
        await Promise.all(batch.map(remove));
      });
    }
  }

  async quarantineMany(refs: readonly BlobRef[], options?: CallOptions): Promise<void> {
    const { bulk, keys } = this.#options;
    for (const digest of new Set(refs.map((ref) => ref.digest))) {
      await quarantineBlob({ bulk, keys }, digest, options);
    }
  }

  /** Of a blob the first part last: while it is not there, neither is the blob. */
  *#partsOf(blobs: readonly Blob[]): Iterable<PlannedPart> {
    const { keys, newTag } = this.#options;
    for (const { ref, bytes } of new Map(blobs.map((blob) => [blob.ref.digest, blob])).values()) {
      const count = partCount(ref.size);
      const tag = count === 1 ? 0 : newTag();
      for (let number = count - 1; number >= 0; number--) {
        const part = { number, blobSize: ref.size, tag };
        yield { key: keys.part(ref.digest, number), part, content: sliceOf(bytes, number) };
      }
    }
  }

  *#keysOf(refs: readonly BlobRef[]): Iterable<{ readonly ref: BlobRef; readonly key: string }> {
    for (const ref of refs) {
      for (let part = 0; part < partCount(ref.size); part++) {
        yield { ref, key: this.#options.keys.part(ref.digest, part) };
      }
    }
  }
}

interface PlannedPart {
  readonly key: string;
  readonly part: Parameters<typeof encodePart>[0];
  readonly content: Uint8Array;
}

interface PackedPart {
  readonly key: string;
  readonly value: Buffer;
}

async function packed(parts: readonly PlannedPart[], options?: CallOptions): Promise<readonly PackedPart[]> {
  const turns = new Turns(packBytesPerTurn);
  const values: PackedPart[] = [];
  for (const { key, part, content } of parts) {
    options?.signal?.throwIfAborted();
    values.push({ key, value: encodePart(part, content) });
    await turns.after(content.length);
  }
  return values;
}

function nameOf({ digest, size }: BlobRef): string {
  return `${digest}.${size}`;
}

function copyOf(result: BlobResult): BlobResult {
  return result.found ? { found: true, bytes: Uint8Array.from(result.bytes) } : result;
}

function partsSaidBy(head: Buffer): number {
  const header = decodeHeader(head);
  return header.kind === 'header' ? partCount(header.blobSize) : 1;
}
