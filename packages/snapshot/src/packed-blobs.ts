import type { BlobRef, BlobResult, ChecksumOf, Digest } from '@cleanmiss/core';
import type { Pack } from './packs.js';
import type { ReadableBlobs } from './state-writer.js';

interface Place {
  readonly pack: BlobRef;
  readonly offset: number;
}

/** Answers for the content of each file as if it were a blob of its own, out of the packs that hold it. */
export class PackedBlobs implements ReadableBlobs {
  readonly #blobs: ReadableBlobs;
  readonly #checksumOf: ChecksumOf;
  readonly #places = new Map<Digest, Place>();
  /** Who reads file by file goes through the packs in order: the next call may begin where the last one ended. */
  #last: { readonly digest: Digest; readonly result: Promise<BlobResult> } | undefined;

  constructor(blobs: ReadableBlobs, packs: readonly Pack[], checksumOf: ChecksumOf) {
    this.#blobs = blobs;
    this.#checksumOf = checksumOf;
    for (const { ref: pack, files } of packs) {
      let offset = 0;
      for (const { refs, size } of files) {
        this.#places.set(refs[0]!.digest, { pack, offset });
        offset += size;
      }
    }
  }

  async getMany(refs: readonly BlobRef[]): Promise<readonly BlobResult[]> {
    const wanted = new Map(
      refs.map((ref) => this.#places.get(ref.digest)?.pack ?? ref).map((ref) => [ref.digest, ref]),
    );
    const read = await this.#read([...wanted.values()]);
    return refs.map((ref) => {
      const place = this.#places.get(ref.digest);
      const result = read.get((place?.pack ?? ref).digest)!;
      return place && result.found ? this.#cut(result.bytes, place, ref) : result;
    });
  }

  async #read(refs: readonly BlobRef[]): Promise<ReadonlyMap<Digest, BlobResult>> {
    const last = this.#last;
    const others = refs.filter(({ digest }) => digest !== last?.digest);
    const reading = this.#blobs.getMany(others);
    const end = others.at(-1);
    if (end) {
      const result = reading.then((results) => results.at(-1)!);
      // Whoever waits for all of them is told.
      result.catch(() => {});
      this.#last = { digest: end.digest, result };
    }
    const results = await reading;
    const read = new Map(others.map(({ digest }, i) => [digest, results[i]!]));
    if (last && others.length < refs.length) read.set(last.digest, await last.result);
    return read;
  }

  /** The pack is the one that is meant. Whether it holds what the manifest says, only its content tells. */
  #cut(bytes: Uint8Array, { offset }: Place, { size, checksum }: BlobRef): BlobResult {
    const own = bytes.subarray(offset, offset + size);
    if (own.length !== size || this.#checksumOf(own) !== checksum)
      return { found: false, reason: 'blob-corrupt' };
    return { found: true, bytes: own };
  }
}
