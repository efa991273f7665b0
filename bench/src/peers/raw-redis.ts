import { createClient, RESP_TYPES, type RedisClientType } from '@redis/client';
import type { Corpus } from '../corpus/corpus.js';

/** The client itself: the same bytes as they are, uncompressed and unverified. */
export class RawRedis implements AsyncDisposable {
  readonly #client: RedisClientType;

  private constructor(client: RedisClientType) {
    this.#client = client;
  }

  static async open(url: string): Promise<RawRedis> {
    const client = createClient({ url }) as RedisClientType;
    await client.connect();
    return new RawRedis(client);
  }

  /** All commands at once, which the client sends as one pipeline. */
  async write({ files }: Pick<Corpus, 'files'>): Promise<void> {
    await Promise.all(files.map(({ path, bytes }) => this.#client.set(keyOf(path), bytes)));
  }

  async read({ files }: Corpus): Promise<readonly (Buffer | null)[]> {
    const buffers = this.#client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    return await buffers.mGet(files.map(({ path }) => keyOf(path)));
  }

  async flush(): Promise<void> {
    await this.#client.flushAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }
}

export function keyOf(path: string): string {
  return `raw:${path}`;
}
