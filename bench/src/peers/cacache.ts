import cacache from 'cacache';
import type { Corpus, CorpusFile } from '../corpus/corpus.js';
import { inParallel } from './in-parallel.js';

/** npm's own cache. It verifies what it reads by SHA-512. */
export class CacachePeer {
  readonly #directory: string;
  #digests: readonly string[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  async write({ files }: Corpus, atOnce: number): Promise<void> {
    const put = ({ path, bytes }: CorpusFile) => cacache.put(this.#directory, path, bytes);
    this.#digests = (await inParallel(files, atOnce, put)).map(String);
  }

  /** By key, as its users do. Nothing is kept in memory. */
  read({ files }: Corpus, atOnce: number): Promise<readonly Buffer[]> {
    return inParallel(files, atOnce, async ({ path }) => {
      const { data } = await cacache.get(this.#directory, path, { memoize: false });
      return data;
    });
  }

  /** By digest: without a look into the index. */
  readByDigest(atOnce: number): Promise<readonly Buffer[]> {
    return inParallel(this.#digests, atOnce, (digest) =>
      cacache.get.byDigest(this.#directory, digest, { memoize: false }),
    );
  }
}
