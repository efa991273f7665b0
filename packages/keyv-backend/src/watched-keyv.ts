import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '@cleanmiss/core';
import { adapterOf, canAskTogether, keysIn } from './keyv-adapter.js';
import type { KeyvEntryLike, KeyvLike } from './keyv-like.js';
import type { OutageOf } from './keyv-outage.js';

export interface StoredText {
  /** Empty where what is stored is no text, or cannot be read: nothing of ours is empty. */
  readonly text: string;
  /** Milliseconds since 1970. `undefined`: never. */
  readonly expires: number | undefined;
}

/** At once, where one question is a call of its own. */
const callsAtOnce = 64;
const maxClosingMs = 1000;

/**
 * A Keyv whose failures show. By itself it answers `undefined` and `false` when its store is down, and tells whoever listens
 * to its `error` events; some adapters do so whatever they are told. Here, a call rejects with an outage if it
 * fails, or if an error is reported while it is under way, whichever call that one was about: nothing that is answered
 * beside an error is believed. It also ends with its signal, whether Keyv does or not.
 */
export class WatchedKeyv {
  readonly #keyv: KeyvLike;
  readonly #outageOf: OutageOf;
  readonly #asksTogether: boolean;
  #isClosed = false;
  readonly #underWay = new Set<(error: unknown) => void>();

  constructor(keyv: KeyvLike, outageOf: OutageOf) {
    const store = adapterOf(keyv);
    keyv.throwOnErrors = true;
    if (store.throwOnErrors !== undefined) store.throwOnErrors = true;
    keepDamageApart(keyv);
    keyv.on('error', (error) => {
      for (const fail of this.#underWay) fail(error);
    });
    this.#keyv = keyv;
    this.#outageOf = outageOf;
    this.#asksTogether = canAskTogether(store);
  }

  /** One answer per key, in order. */
  async getMany(
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<readonly (StoredText | undefined)[]> {
    const found = this.#asksTogether
      ? await this.#call(options, () => this.#keyv.getMany([...keys], { raw: true }))
      : await this.#each(keys, options, (key) => this.#keyv.get(key, { raw: true }));
    if (!Array.isArray(found) || found.length !== keys.length) {
      throw this.#outageOf(new Error('it does not answer each key'));
    }
    return found.map(storedTextOf);
  }

  async setMany(entries: readonly KeyvEntryLike[], options?: CallOptions): Promise<void> {
    const stored = await this.#call(options, () => this.#keyv.setMany([...entries]));
    if (Array.isArray(stored) && stored.includes(false)) throw this.#outageOf(new Error('it stores nothing'));
  }

  /**
   * Whether each was there, as far as the store tells. Never as one batch: about half of the adapters answer `false` to one when
   * they fail.
   */
  deleteMany(keys: readonly string[], options?: CallOptions): Promise<readonly boolean[]> {
    return this.#each(keys, options, (key) => this.#keyv.delete(key));
  }

  /**
   * Every key of the store, with what the adapter puts in front of it. All are known before the first is handed out: SQLite's
   * adapter counts its way through, and misses keys where the caller removes others.
   *
   * @throws {CacheError} `ERR_INVALID_STATE` where the adapter cannot tell
   */
  listKeys(options?: CallOptions): Promise<readonly string[]> {
    return this.#call(options, async () => {
      const keys: string[] = [];
      for await (const key of keysIn(this.#keyv)) {
        if (typeof key === 'string') keys.push(key);
        options?.signal?.throwIfAborted();
      }
      return keys;
    });
  }

  /** What is under way, or comes later, rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const fail of this.#underWay) fail(closed());
    const settled = new AbortController();
    try {
      // Not by Keyv, which passes nothing on: Redis's adapter has to be told not to wait for a server that does not answer.
      const disconnected = adapterOf(this.#keyv).disconnect?.(true);
      // MongoDB's waits until it is connected.
      await Promise.race([disconnected, delay(maxClosingMs, undefined, { signal: settled.signal })]);
    } catch {
      // What could not be opened cannot be closed.
    } finally {
      settled.abort();
    }
  }

  async #each<T>(
    keys: readonly string[],
    options: CallOptions | undefined,
    step: (key: string) => Promise<T>,
  ): Promise<readonly T[]> {
    const results: T[] = [];
    for (let i = 0; i < keys.length; i += callsAtOnce) {
      const some = keys.slice(i, i + callsAtOnce);
      results.push(...(await this.#call(options, () => Promise.all(some.map(step)))));
    }
    return results;
  }

  async #call<T>(options: CallOptions | undefined, step: () => Promise<T>): Promise<T> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    if (this.#isClosed) throw this.#outageOf(closed());
    const ended = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      const onAbort = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true, signal: ended.signal });
      this.#underWay.add(reject);
      ended.signal.addEventListener('abort', () => this.#underWay.delete(reject));
    });
    try {
      // What the loser of the race says later is heard by nobody, and does no harm.
      return await Promise.race([failed, step()]);
    } catch (error) {
      throw signal?.aborted ? signal.reason : this.#outageOf(error);
    } finally {
      ended.abort();
    }
  }
}

function closed(): Error {
  return new Error('it has been closed');
}

/** One value that cannot be read would make Keyv reject the batch that it is in. */
function keepDamageApart(keyv: KeyvLike): void {
  const { deserialize } = keyv;
  if (deserialize === undefined) return;
  keyv.deserialize = async (text) => {
    try {
      const read = await deserialize.call(keyv, text);
      return typeof read === 'object' && read !== null ? read : unreadable;
    } catch {
      return unreadable;
    }
  };
}

const unreadable = { value: '' };

function storedTextOf(raw: unknown): StoredText | undefined {
  if (raw === undefined || raw === null) return undefined;
  const { value, expires } = raw as { readonly value?: unknown; readonly expires?: unknown };
  return {
    text: typeof value === 'string' ? value : '',
    expires: typeof expires === 'number' ? expires : undefined,
  };
}
