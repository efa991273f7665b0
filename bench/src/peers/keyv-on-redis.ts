import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import type { Corpus } from '../corpus/corpus.js';

/** Keyv, as its manual says to use it: each value becomes JSON with base64 in it. */
export class KeyvOnRedis implements AsyncDisposable {
  readonly #keyv: Keyv<Buffer>;

  constructor(url: string) {
    this.#keyv = new Keyv<Buffer>({ store: new KeyvRedis(url), namespace: 'peer' });
  }

  async write({ files }: Corpus): Promise<void> {
    await this.#keyv.setMany(files.map(({ path, bytes }) => ({ key: path, value: bytes })));
  }

  read({ files }: Corpus): Promise<readonly (Buffer | undefined)[]> {
    return this.#keyv.getMany(files.map(({ path }) => path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyv.disconnect();
  }
}
