import {
  digestOf,
  MemoryBlobStore,
  type Blob,
  type BlobRef,
  type BlobResult,
  type Digest,
} from '@cleanmiss/core';

/** Memory stores with one mistake each, named by it. */
export const blobMutants: Readonly<Record<string, () => MemoryBlobStore>> = {
  'does not store again what it has': () =>
    new (class extends MemoryBlobStore {
      override async putMany(blobs: readonly Blob[]) {
        const missing = new Set(
          (await this.findMissing(blobs.map(({ ref }) => ref))).map(({ digest }) => digest),
        );
        await super.putMany(blobs.filter(({ ref }) => missing.has(ref.digest)));
      }
    })(),

  'does not store again what it has ever had': () =>
    new (class extends MemoryBlobStore {
      readonly #seen = new Set<Digest>();
      override async putMany(blobs: readonly Blob[]) {
        const fresh = blobs.filter(({ ref }) => !this.#seen.has(ref.digest));
        for (const { ref } of fresh) this.#seen.add(ref.digest);
        await super.putMany(fresh);
      }
    })(),

  'remembers what was present': () =>
    new (class extends MemoryBlobStore {
      readonly #present = new Set<Digest>();
      override async findMissing(refs: readonly BlobRef[]) {
        const missing = await super.findMissing(refs.filter(({ digest }) => !this.#present.has(digest)));
        for (const { digest } of refs)
          if (!missing.some((ref) => ref.digest === digest)) this.#present.add(digest);
        return missing;
      }
    })(),

  'remembers what was missing': () =>
    new (class extends MemoryBlobStore {
      readonly #missing = new Set<Digest>();
      override async findMissing(refs: readonly BlobRef[]) {
        const missing = new Set((await super.findMissing(refs)).map(({ digest }) => digest));
        for (const digest of missing) this.#missing.add(digest);
        return refs.filter(({ digest }) => missing.has(digest) || this.#missing.has(digest));
      }
    })(),

  'calls everything present': () =>
    new (class extends MemoryBlobStore {
      override findMissing() {
        return Promise.resolve([]);
      }
    })(),

  'answers each missing ref once': () =>
    new (class extends MemoryBlobStore {
      override async findMissing(refs: readonly BlobRef[]) {
        return [...new Set(await super.findMissing(refs))];
      }
    })(),

  'answers each ref once': () =>
    new (class extends MemoryBlobStore {
      override getMany(refs: readonly BlobRef[]) {
        return super.getMany([...new Set(refs)]);
      }
    })(),

  'answers in the order of the digests': () =>
    new (class extends MemoryBlobStore {
      override getMany(refs: readonly BlobRef[]) {
        return super.getMany(refs.toSorted((one, other) => (one.digest < other.digest ? -1 : 1)));
      }
    })(),

  'leaves the misses out': () =>
    new (class extends MemoryBlobStore {
      override async getMany(refs: readonly BlobRef[]) {
        return (await super.getMany(refs)).filter((result) => result.found);
      }
    })(),

  'has no empty blobs': () =>
    new (class extends MemoryBlobStore {
      override async getMany(refs: readonly BlobRef[]) {
        const results = await super.getMany(refs);
        return results.map((result): BlobResult => {
          return result.found && result.bytes.length === 0
            ? { found: false, reason: 'blob-missing' }
            : result;
        });
      }
    })(),

  'keeps text': () =>
    new (class extends MemoryBlobStore {
      override putMany(blobs: readonly Blob[]) {
        return super.putMany(
          blobs.map(({ ref, bytes }) => ({ ref, bytes: Buffer.from(Buffer.from(bytes).toString()) })),
        );
      }
    })(),

  'keeps no more than a mebibyte of a blob': () =>
    new (class extends MemoryBlobStore {
      override putMany(blobs: readonly Blob[]) {
        return super.putMany(blobs.map(({ ref, bytes }) => ({ ref, bytes: bytes.subarray(0, 1024 * 1024) })));
      }
    })(),

  'keeps the buffer around a part of it': () =>
    new (class extends MemoryBlobStore {
      override putMany(blobs: readonly Blob[]) {
        return super.putMany(blobs.map(({ ref, bytes }) => ({ ref, bytes: new Uint8Array(bytes.buffer) })));
      }
    })(),

  'takes a thousand blobs at once': () =>
    new (class extends MemoryBlobStore {
      override putMany(blobs: readonly Blob[]) {
        return super.putMany(blobs.slice(0, 1000));
      }
    })(),

  "keeps the caller's own bytes": () =>
    new (class extends MemoryBlobStore {
      readonly #bytes = new Map<Digest, Uint8Array>();
      override async putMany(blobs: readonly Blob[]) {
        await super.putMany(blobs);
        for (const { ref, bytes } of blobs) this.#bytes.set(ref.digest, bytes);
      }
      override async getMany(refs: readonly BlobRef[]) {
        const results = await super.getMany(refs);
        return results.map((result, i): BlobResult => {
          return result.found
            ? { found: true, bytes: Uint8Array.from(this.#bytes.get(refs[i]!.digest)!) }
            : result;
        });
      }
    })(),

  'hands out the same bytes twice': () =>
    new (class extends MemoryBlobStore {
      readonly #out = new Map<Digest, BlobResult>();
      override async getMany(refs: readonly BlobRef[]) {
        const results = await super.getMany(refs);
        return results.map((result, i) => {
          const { digest } = refs[i]!;
          if (result.found && !this.#out.has(digest)) this.#out.set(digest, result);
          return result.found ? this.#out.get(digest)! : result;
        });
      }
    })(),

  'rejects over what is not there to be removed': () =>
    new (class extends MemoryBlobStore {
      override async deleteMany(digests: readonly Digest[]) {
        const refs = digests.map((digest) => ({ digest }) as BlobRef);
        if ((await super.getMany(refs)).some((result) => !result.found)) throw new Error('ENOENT');
        await super.deleteMany(digests);
      }
    })(),

  'removes everything': () =>
    new (class extends MemoryBlobStore {
      readonly #put = new Set<Digest>();
      override putMany(blobs: readonly Blob[]) {
        for (const { ref } of blobs) this.#put.add(ref.digest);
        return super.putMany(blobs);
      }
      override deleteMany(digests: readonly Digest[]) {
        return super.deleteMany(digests.length > 0 ? [...this.#put] : []);
      }
    })(),

  'removes nothing': () =>
    new (class extends MemoryBlobStore {
      override deleteMany() {
        return Promise.resolve();
      }
    })(),

  'quarantines good blobs': () =>
    new (class extends MemoryBlobStore {
      override quarantineMany(refs: readonly BlobRef[]) {
        return super.deleteMany(refs.map(({ digest }) => digest));
      }
    })(),

  'quarantines good blobs of another size': () =>
    new (class extends MemoryBlobStore {
      override async quarantineMany(refs: readonly BlobRef[]) {
        const results = await super.getMany(refs);
        const bad = refs.filter(({ digest, size }, i) => {
          const result = results[i]!;
          return result.found && (result.bytes.length !== size || digestOf(result.bytes) !== digest);
        });
        await super.deleteMany(bad.map(({ digest }) => digest));
      }
    })(),

  'quarantines nothing': () =>
    new (class extends MemoryBlobStore {
      override quarantineMany() {
        return Promise.resolve();
      }
    })(),

  'quarantines the first of a batch only': () =>
    new (class extends MemoryBlobStore {
      override quarantineMany(refs: readonly BlobRef[]) {
        return super.quarantineMany(refs.slice(0, 1));
      }
    })(),

  'loses what was put while it was busy': () =>
    new (class extends MemoryBlobStore {
      #busy = false;
      override async putMany(blobs: readonly Blob[]) {
        if (this.#busy) return;
        this.#busy = true;
        await Promise.resolve();
        await super.putMany(blobs);
        this.#busy = false;
      }
    })(),

  'shows a blob before it is whole': () =>
    new (class extends MemoryBlobStore {
      override async putMany(blobs: readonly Blob[]) {
        await super.putMany(
          blobs.map(({ ref, bytes }) => ({ ref, bytes: bytes.subarray(0, bytes.length / 2) })),
        );
        await new Promise((resolve) => setImmediate(resolve));
        await super.putMany(blobs);
      }
    })(),

  'rejects an empty batch': () =>
    new (class extends MemoryBlobStore {
      override async putMany(blobs: readonly Blob[]) {
        if (blobs.length === 0) throw new RangeError('nothing to put');
        await super.putMany(blobs);
      }
    })(),

  'gives an ended signal a reason of its own': () =>
    new (class extends MemoryBlobStore {
      override async getMany(refs: readonly BlobRef[], options?: { signal?: AbortSignal }) {
        if (options?.signal?.aborted) throw new Error('aborted');
        return await super.getMany(refs);
      }
    })(),
};
