import { loadChecksum, type ChecksumOf } from '@cleanmiss/core';
import { open, type RootDatabase } from 'lmdb';
import type { Corpus } from '../corpus/corpus.js';

/** One memory-mapped file. It verifies nothing: we do it for it, as we do for ours. */
export class LmdbPeer implements AsyncDisposable {
  readonly #database: RootDatabase<Buffer, string>;
  readonly #checksumOf: ChecksumOf;
  readonly #checksums = new Map<string, string>();

  private constructor(database: RootDatabase<Buffer, string>, checksumOf: ChecksumOf) {
    this.#database = database;
    this.#checksumOf = checksumOf;
  }

  static async open(directory: string): Promise<LmdbPeer> {
    const database = open<Buffer, string>({ path: directory, encoding: 'binary', mapSize: 2 ** 30 });
    return new LmdbPeer(database, await loadChecksum());
  }

  /** In one transaction, which is on the disk at the end. */
  write({ files }: Corpus): void {
    this.#database.transactionSync(() => {
      for (const { path, bytes } of files) {
        this.#checksums.set(path, this.#checksumOf(bytes));
        this.#database.putSync(path, bytes);
      }
    });
  }

  /** @throws Error for a value that is missing or damaged */
  read({ files }: Corpus): readonly Buffer[] {
    return files.map(({ path }) => {
      const bytes = this.#database.getBinary(path);
      if (bytes === undefined || this.#checksumOf(bytes) !== this.#checksums.get(path))
        throw new Error(`${path} is not as it was`);
      return bytes;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }
}
