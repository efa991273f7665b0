import { randomBytes } from 'node:crypto';
import { blobOf, loadChecksum } from '@cleanmiss/core';
import { openRedisStore } from '@cleanmiss/redis-backend';
import type { RedisServer } from '@cleanmiss/redis-fixture';

const BLOB_BYTES = 100_000;
const BLOBS_AT_ONCE = 10;

/** Another team on the same server, which has more to store than there is room for. */
export class Filler {
  readonly #server: RedisServer;
  #isStopped = false;
  #filling: Promise<void> = Promise.resolve();

  constructor(server: RedisServer) {
    this.#server = server;
  }

  /** Resolves when the server has begun to evict; goes on until `stop`. */
  async start(): Promise<void> {
    const { promise, resolve } = evictionSeen();
    this.#filling = this.#fill(resolve);
    await Promise.race([promise, this.#filling]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#filling;
  }

  async #fill(onEviction: () => void): Promise<void> {
    const checksumOf = await loadChecksum();
    const store = openRedisStore({ url: this.#server.url, namespace: 'another-team' });
    try {
      while (!this.#isStopped) {
        const batch = Array.from({ length: BLOBS_AT_ONCE }, () =>
          blobOf(randomBytes(BLOB_BYTES), checksumOf),
        );
        await store.blobs.putMany(batch);
        if (/^evicted_keys:[1-9]/m.test(await this.#server.cli('INFO', 'stats'))) onEviction();
      }
    } finally {
      store.close();
    }
  }
}

function evictionSeen(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
