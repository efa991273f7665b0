import type { BlobRef, ChecksumOf, Digest, Meta } from '@cleanmiss/core';
import type { BlobRepair } from './blob-repair.js';
import { refsListedBy } from './index-blobs.js';
import type { StoreFiles } from './store-files.js';

export interface NamedBlobsOptions {
  readonly files: StoreFiles;
  /** A blob that one of them holds is not missing. */
  readonly others: readonly StoreFiles[];
  readonly checksumOf: ChecksumOf;
  readonly repair: BlobRepair;
}

/**
 * What metas name, themselves or by an index, and whether it is there. Snapshots share index blobs, so each is read once; of
 * what it lists nothing is remembered, as that is all the blobs there are.
 */
export class NamedBlobs {
  readonly #files: StoreFiles;
  readonly #others: readonly StoreFiles[];
  readonly #checksumOf: ChecksumOf;
  readonly #repair: BlobRepair;
  readonly #looked = new Set<Digest>();
  readonly #isWhole = new Map<Digest, boolean>();
  /** One of `others`. */
  #lastFoundIn: StoreFiles | undefined;
  #hasMissedIndex = false;
  #hasFalseIndex = false;

  constructor({ files, others, checksumOf, repair }: NamedBlobsOptions) {
    this.#files = files;
    this.#others = others;
    this.#checksumOf = checksumOf;
    this.#repair = repair;
  }

  /** Has what is not there repaired. */
  async look(meta: Meta): Promise<void> {
    for (const ref of meta.blobs.values()) {
      const files = this.#placeOf(ref);
      if (!files) {
        if (ref.index) this.#hasMissedIndex = true;
        await this.#repair.want(ref);
      } else if (ref.index && !this.#looked.has(ref.digest)) {
        this.#looked.add(ref.digest);
        await this.#lookInto(files, ref);
      }
    }
  }

  /** An index blob was not there when a meta that names it was looked at: look again once it is repaired. */
  hasMissedIndex(): boolean {
    return this.#hasMissedIndex;
  }

  /** Of some of the metas that were looked at, `isComplete` does not hold. */
  isIncomplete(): boolean {
    return this.#hasFalseIndex || this.#repair.lostBlobs() > 0;
  }

  isComplete(meta: Meta): boolean {
    return [...meta.blobs.values()].every((ref) => {
      return !this.#repair.isLost(ref) && (!ref.index || this.#isWholeIndex(ref));
    });
  }

  async #lookInto(files: StoreFiles, index: BlobRef): Promise<void> {
    for (const ref of refsListedBy(files, index, this.#checksumOf)) {
      if (!ref) this.#hasFalseIndex = true;
      else if (!this.#placeOf(ref)) await this.#repair.want(ref);
    }
  }

  #isWholeIndex(index: BlobRef): boolean {
    const known = this.#isWhole.get(index.digest);
    if (known !== undefined) return known;
    const files = this.#placeOf(index);
    const isWhole = files !== undefined && this.#listsNothingLost(files, index);
    this.#isWhole.set(index.digest, isWhole);
    return isWhole;
  }

  #listsNothingLost(files: StoreFiles, index: BlobRef): boolean {
    for (const ref of refsListedBy(files, index, this.#checksumOf)) {
      if (!ref || this.#repair.isLost(ref)) return false;
    }
    return true;
  }

  /** Where it is, if anywhere. */
  #placeOf(ref: BlobRef): StoreFiles | undefined {
    if (holds(this.#files, ref)) return this.#files;
    // Most of them are main's, however many scopes there are.
    if (!this.#lastFoundIn || !holds(this.#lastFoundIn, ref))
      this.#lastFoundIn = this.#others.find((files) => holds(files, ref));
    return this.#lastFoundIn;
  }
}

/** Its content has been verified before; and what was put since then was put whole. */
function holds({ fs, blobs }: StoreFiles, { digest, size }: BlobRef): boolean {
  return fs.lstatSync(blobs.pathOf(digest), { throwIfNoEntry: false })?.size === size;
}
