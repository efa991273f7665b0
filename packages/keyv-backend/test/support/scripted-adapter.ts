import { EventEmitter } from 'node:events';

interface StoredValue {
  readonly text: string;
  readonly ttlMs: number | undefined;
}

/** A storage adapter of Keyv, over a Map that tests look into, whose answers a test may replace. */
export class ScriptedAdapter extends EventEmitter {
  readonly opts: { readonly dialect?: string; readonly url: string };
  readonly values = new Map<string, StoredValue>();
  /** Keys, in the order in which they were stored. */
  readonly stored: string[] = [];
  namespace?: string;
  /** Comes before each answer. Default: nothing. */
  before: (operation: string, key: string) => Promise<void> = async () => {};

  constructor(dialect?: string) {
    super();
    this.opts = { url: '', ...(dialect !== undefined && { dialect }) };
  }

  async get(key: string): Promise<string | undefined> {
    await this.before('get', key);
    return this.values.get(key)?.text;
  }

  async set(key: string, text: string, ttlMs?: number): Promise<unknown> {
    await this.before('set', key);
    this.stored.push(key);
    this.values.set(key, { text, ttlMs });
    return true;
  }

  async delete(key: string): Promise<boolean> {
    await this.before('delete', key);
    return this.values.delete(key);
  }

  async clear(): Promise<void> {
    this.values.clear();
  }

  async *iterator(): AsyncGenerator<[string, string], void> {
    await this.before('iterator', '');
    for (const [key, { text }] of this.values) yield [key, text];
  }

  /** From now on each operation waits for ever. Resolves when the first one does. */
  hang(): Promise<void> {
    return new Promise((resolve) => {
      this.before = () => {
        resolve();
        return new Promise<never>(() => {});
      };
    });
  }

  /** From now on each operation ends like this. */
  fail(error: Error): void {
    this.before = () => Promise.reject(error);
  }
}

/** Asks key by key, and takes what failed for what is not there: the adapters of memcached and etcd do. */
export class ForgivingAdapter extends ScriptedAdapter {
  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const found = await Promise.allSettled(keys.map((key) => this.get(key)));
    return found.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  }

  async deleteMany(keys: readonly string[]): Promise<boolean> {
    const removed = await Promise.allSettled(keys.map((key) => this.delete(key)));
    return removed.every((result) => result.status === 'fulfilled' && result.value);
  }
}

/** Tells of a failure by an event alone, as the adapter of Redis does unless it is told otherwise. */
export class SilentAdapter extends ScriptedAdapter {
  override get(key: string): Promise<string | undefined> {
    return this.#quietly(() => super.get(key), undefined);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  override set(key: string, text: string, ttlMs?: number): Promise<unknown> {
    return this.#quietly(() => super.set(key, text, ttlMs), undefined);
  }

  override delete(key: string): Promise<boolean> {
    return this.#quietly(() => super.delete(key), false);
  }

  override async *iterator(): AsyncGenerator<[string, string], void> {
    try {
      yield* super.iterator();
    } catch (error) {
      this.emit('error', error);
    }
  }

  async #quietly<T>(step: () => Promise<T>, instead: T): Promise<T> {
    try {
      return await step();
    } catch (error) {
      this.emit('error', error);
      return instead;
    }
  }
}
