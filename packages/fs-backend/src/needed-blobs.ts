import type { BlobRef, ChecksumOf, Digest, Meta, NamedBlobRef } from '@cleanmiss/core';
import { DigestSet } from './digest-set.js';
import { refsListedBy } from './index-blobs.js';
import type { StoreFiles } from './store-files.js';

export interface NeededBlobsOptions {
  readonly files: StoreFiles;
  readonly checksumOf: ChecksumOf;
  /** What they may hold in all. */
  readonly maxBytes: number;
}

/** What a meta needs that is not needed yet. */
interface News {
  readonly blobs: DigestSet;
  readonly bytes: number;
  readonly indexes: readonly Digest[];
}

/** The blobs that a collection keeps, as one meta after another is taken in. Of a meta that has been taken in, nothing is held. */
export class NeededBlobs {
  readonly #options: NeededBlobsOptions;
  /** Two blobs that are taken for one are both kept: where this set is wrong, garbage stays until the next collection. */
  readonly #needed = new DigestSet({ words: 2 });
  /** Exact: an index that was taken for another would not be read, and what it lists would be lost. */
  readonly #followed = new DigestSet({ words: 8 });
  #bytes = 0;
  /** A meta has been refused. */
  #isFull = false;

  constructor(options: NeededBlobsOptions) {
    this.#options = options;
  }

  has(digest: string): boolean {
    return this.#needed.has(digest);
  }

  add(digest: string, size: number): void {
    if (this.#needed.add(digest)) this.#bytes += size;
  }

  /** Whatever the bound. */
  addMeta(meta: Meta): void {
    this.#add(this.#newsIn(meta));
  }

  /**
   * Refuses a meta for whose blobs there is no room, and from then on each that needs anything else: none that was used
   * longer ago is to outlive it. One that needs nothing else stays, as its end would free nothing.
   */
  addMetaIfRoom(meta: Meta): boolean {
    if (this.#isFull) return this.#hasAll(meta);
    const news = this.#newsIn(meta);
    this.#isFull = news.bytes > 0 && this.#bytes + news.bytes > this.#options.maxBytes;
    if (!this.#isFull) this.#add(news);
    return !this.#isFull;
  }

  #add({ blobs, bytes, indexes }: News): void {
    this.#needed.addAll(blobs);
    for (const index of indexes) this.#followed.add(index);
    this.#bytes += bytes;
  }

  #hasAll(meta: Meta): boolean {
    return [...meta.blobs.values()].every(
      ({ digest, index }) => this.has(digest) && !(index && this.#isNews(digest)),
    );
  }

  #isNews(index: Digest): boolean {
    return !this.#followed.has(index);
  }

  #newsIn(meta: Meta): News {
    const blobs = new DigestSet({ words: 2 });
    const indexes = new Set<Digest>();
    let bytes = 0;
    for (const { digest, size } of this.#refsOf(meta, indexes)) {
      if (!this.has(digest) && blobs.add(digest)) bytes += size;
    }
    return { blobs, bytes, indexes: [...indexes] };
  }

  /** Snapshots share indexes: each is read once. One that is missing or damaged lists nothing. */
  *#refsOf(meta: Meta, indexes: Set<Digest>): Iterable<BlobRef> {
    const { files, checksumOf } = this.#options;
    for (const ref of meta.blobs.values() as Iterable<NamedBlobRef>) {
      yield ref;
      if (!ref.index || !this.#isNews(ref.digest) || indexes.has(ref.digest)) continue;
      indexes.add(ref.digest);
      for (const listed of refsListedBy(files, ref, checksumOf)) if (listed) yield listed;
    }
  }
}
