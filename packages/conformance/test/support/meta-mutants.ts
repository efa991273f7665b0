import { MemoryMetaStore, type KeyHash } from '@cleanmiss/core';

/** Memory stores with one mistake each, named by it. */
export const metaMutants: Readonly<Record<string, () => MemoryMetaStore>> = {
  'keeps the first meta of a key': () =>
    new (class extends MemoryMetaStore {
      override async put(key: KeyHash, bytes: Uint8Array) {
        const [before] = await this.getMany([key]);
        if (!before) await super.put(key, bytes);
      }
    })(),

  'writes over a meta from its beginning': () =>
    new (class extends MemoryMetaStore {
      override async put(key: KeyHash, bytes: Uint8Array) {
        const [before = bytes] = await this.getMany([key]);
        await super.put(key, Buffer.concat([bytes, before.subarray(bytes.length)]));
      }
    })(),

  'removes the old meta before it puts the new one': () =>
    new (class extends MemoryMetaStore {
      override async put(key: KeyHash, bytes: Uint8Array) {
        await super.delete(key);
        await new Promise((resolve) => setImmediate(resolve));
        await super.put(key, bytes);
      }
    })(),

  'shows a meta before it is whole': () =>
    new (class extends MemoryMetaStore {
      override async put(key: KeyHash, bytes: Uint8Array) {
        await super.put(key, bytes.subarray(0, bytes.length / 2));
        await new Promise((resolve) => setImmediate(resolve));
        await super.put(key, bytes);
      }
    })(),

  'answers each key once': () =>
    new (class extends MemoryMetaStore {
      override getMany(keys: readonly KeyHash[]) {
        return super.getMany([...new Set(keys)]);
      }
    })(),

  'answers in the order of the keys': () =>
    new (class extends MemoryMetaStore {
      override getMany(keys: readonly KeyHash[]) {
        return super.getMany(keys.toSorted());
      }
    })(),

  'leaves the misses out': () =>
    new (class extends MemoryMetaStore {
      override async getMany(keys: readonly KeyHash[]) {
        return (await super.getMany(keys)).filter((bytes) => bytes !== undefined);
      }
    })(),

  'keeps text': () =>
    new (class extends MemoryMetaStore {
      override put(key: KeyHash, bytes: Uint8Array) {
        return super.put(key, Buffer.from(Buffer.from(bytes).toString()));
      }
    })(),

  "keeps the caller's own bytes": () =>
    new (class extends MemoryMetaStore {
      readonly #own = new Map<KeyHash, Uint8Array>();
      override async put(key: KeyHash, bytes: Uint8Array) {
        await super.put(key, bytes);
        this.#own.set(key, bytes);
      }
      override async getMany(keys: readonly KeyHash[]) {
        const found = await super.getMany(keys);
        return found.map((bytes, i) => bytes && Uint8Array.from(this.#own.get(keys[i]!)!));
      }
    })(),

  'hands out the same bytes twice': () =>
    new (class extends MemoryMetaStore {
      override async getMany(keys: readonly KeyHash[]) {
        const found = await super.getMany([...new Set(keys)]);
        const byKey = new Map([...new Set(keys)].map((key, i) => [key, found[i]]));
        return keys.map((key) => byKey.get(key));
      }
    })(),

  'rejects over what is not there to be removed': () =>
    new (class extends MemoryMetaStore {
      override async delete(key: KeyHash) {
        const [before] = await this.getMany([key]);
        if (!before) throw new Error('ENOENT');
        await super.delete(key);
      }
    })(),

  'removes nothing': () =>
    new (class extends MemoryMetaStore {
      override delete() {
        return Promise.resolve();
      }
    })(),

  'lists what was removed': () =>
    new (class extends MemoryMetaStore {
      readonly #put = new Set<KeyHash>();
      override put(key: KeyHash, bytes: Uint8Array) {
        this.#put.add(key);
        return super.put(key, bytes);
      }
      override async *list() {
        yield* [...this.#put];
      }
    })(),

  'lists ten keys': () =>
    new (class extends MemoryMetaStore {
      override async *list() {
        let count = 0;
        for await (const key of super.list()) if (count++ < 10) yield key;
      }
    })(),

  'stops to list when something is removed': () =>
    new (class extends MemoryMetaStore {
      #removals = 0;
      override delete(key: KeyHash) {
        this.#removals += 1;
        return super.delete(key);
      }
      override async *list() {
        const before = this.#removals;
        for await (const key of super.list()) {
          yield key;
          if (this.#removals > before) return;
        }
      }
    })(),

  'confuses keys that end alike': () =>
    new (class extends MemoryMetaStore {
      override put(key: KeyHash, bytes: Uint8Array) {
        return super.put(key.slice(-1) as KeyHash, bytes);
      }
      override getMany(keys: readonly KeyHash[]) {
        return super.getMany(keys.map((key) => key.slice(-1) as KeyHash));
      }
    })(),
};
