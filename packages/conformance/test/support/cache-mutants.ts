import {
  keyHashOf,
  MemoryBlobStore,
  MemoryMetaStore,
  StoredCache,
  VerifyingBlobStore,
  type BlobStore,
  type CacheEntry,
  type CacheResult,
  type Key,
  type MetaResult,
  type MetaStore,
} from '@cleanmiss/core';

export interface Parts {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
}

export function cacheOf({ blobs, metas }: Parts): StoredCache {
  return new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'test' });
}

export function memoryParts(): Parts {
  return { blobs: new MemoryBlobStore(), metas: new MemoryMetaStore() };
}

/** The real cache with one mistake, in it or in what it is put together from. Named by the mistake. */
export const cacheMutants: Readonly<Record<string, (parts: Parts) => StoredCache>> = {
  'verifies nothing': ({ blobs, metas }) => new StoredCache({ blobs, metas, writer: 'test' }),

  'quarantines nothing': ({ blobs, metas }) => {
    const lazy = new VerifyingBlobStore(blobs);
    lazy.quarantineMany = () => Promise.resolve();
    return new StoredCache({ blobs: lazy, metas, writer: 'test' });
  },

  'calls every miss absent': (parts) =>
    new (class extends Mutant {
      override async getMany(keys: readonly Key[]) {
        const results = await super.getMany(keys);
        return results.map((result): CacheResult => (result.hit ? result : { hit: false, reason: 'absent' }));
      }
    })(parts),

  'calls another format corrupt': (parts) =>
    new (class extends Mutant {
      override async getMany(keys: readonly Key[]) {
        const results = await super.getMany(keys);
        return results.map((result): CacheResult => {
          return !result.hit && result.reason === 'unknown-format'
            ? { hit: false, reason: 'meta-corrupt' }
            : result;
        });
      }
    })(parts),

  'hits without the blob that is gone': (parts) =>
    new (class extends Mutant {
      override async getMany(keys: readonly Key[]) {
        const metas = await this.getMetas(keys);
        return Promise.all(metas.map((result) => this.partly(result)));
      }
    })(parts),

  'does not look whose meta it is': (parts) =>
    new (class extends Mutant {
      override async getMany(keys: readonly Key[]) {
        return Promise.all((await super.getMany(keys)).map((result, i) => this.believing(result, keys[i]!)));
      }
    })(parts),

  'loses a blob called __proto__': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(
          entries.map((entry) => {
            const blobs: Record<string, CacheEntry['blobs'][string]> = {};
            for (const [name, value] of Object.entries(entry.blobs)) blobs[name] = value;
            return { ...entry, blobs };
          }),
        );
      }
    })(parts),

  'takes keys by their text': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.map((entry) => ({ ...entry, key: textOf(entry.key) })));
      }
      override getMany(keys: readonly Key[]) {
        return super.getMany(keys.map(textOf));
      }
      override delete(key: Key) {
        return super.delete(textOf(key));
      }
    })(parts),

  'takes keys by the order of their members': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.map((entry) => ({ ...entry, key: [JSON.stringify(entry.key)] })));
      }
      override getMany(keys: readonly Key[]) {
        return super.getMany(keys.map((key) => [JSON.stringify(key)]));
      }
    })(parts),

  'drops the attributes': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.map(({ key, blobs }) => ({ key, blobs })));
      }
    })(parts),

  'forgets which blobs list others': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.map((entry) => ({ ...entry, blobs: withoutIndex(entry.blobs) })));
      }
    })(parts),

  'puts entries in any order': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.map(({ key, blobs, attributes = {} }) => ({ key, blobs, attributes })));
      }
    })(parts),

  'loses what comes after another': (parts) =>
    new (class extends Mutant {
      override putMany(entries: readonly CacheEntry[]) {
        return super.putMany(entries.filter(({ after }) => after === undefined));
      }
    })(parts),

  'stores entry by entry': (parts) =>
    new (class extends Mutant {
      override async putMany(entries: readonly CacheEntry[]) {
        for (const entry of entries) await super.putMany([entry]);
      }
    })(parts),

  'stores the metas first': ({ blobs, metas }) => {
    const late: Promise<void>[] = [];
    const delayed: BlobStore = Object.create(blobs) as BlobStore;
    delayed.putMany = (batch, options) => {
      late.push(new Promise((resolve) => setImmediate(resolve)).then(() => blobs.putMany(batch, options)));
      return Promise.resolve();
    };
    delayed.getMany = async (refs, options) => {
      await Promise.allSettled(late);
      return await blobs.getMany(refs, options);
    };
    return cacheOf({ blobs: delayed, metas });
  },

  'stores the meta of blobs that were not stored': ({ blobs, metas }) => {
    const forgiving: BlobStore = Object.create(blobs) as BlobStore;
    forgiving.getMany = (refs, options) => blobs.getMany(refs, options);
    forgiving.deleteMany = (digests, options) => blobs.deleteMany(digests, options);
    forgiving.quarantineMany = (refs, options) => blobs.quarantineMany(refs, options);
    forgiving.putMany = (batch, options) => blobs.putMany(batch, options).catch(() => {});
    return cacheOf({ blobs: forgiving, metas });
  },

  'throws over a meta that is none': ({ blobs, metas }) => {
    const strict: MetaStore = {
      put: (key, bytes) => metas.put(key, bytes),
      delete: (key) => metas.delete(key),
      list: () => metas.list(),
      getMany: async (keys) => {
        const found = await metas.getMany(keys);
        for (const bytes of found) if (bytes) JSON.parse(Buffer.from(bytes).toString());
        return found;
      },
    };
    return cacheOf({ blobs, metas: strict });
  },

  'reads the blobs of whoever asks for metas': (parts) =>
    new (class extends Mutant {
      override async getMetas(keys: readonly Key[]): Promise<readonly MetaResult[]> {
        const results = await super.getMetas(keys);
        await this.blobs.getMany(
          results.flatMap((result) => (result.hit ? [...result.meta.blobs.values()] : [])),
        );
        return results;
      }
    })(parts),
};

class Mutant extends StoredCache {
  readonly #metas: MetaStore;

  constructor({ blobs, metas }: Parts) {
    super({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'test' });
    this.#metas = metas;
  }

  protected async partly(result: MetaResult): Promise<CacheResult> {
    if (!result.hit) return result;
    const blobs = new Map<string, Uint8Array>();
    for (const [name, ref] of result.meta.blobs) {
      const [found] = await this.blobs.getMany([ref]);
      if (found?.found) blobs.set(name, found.bytes);
    }
    return { hit: true, meta: result.meta, blobs };
  }

  protected async believing(result: CacheResult, key: Key): Promise<CacheResult> {
    if (result.hit || result.reason !== 'meta-corrupt') return result;
    const [bytes] = await this.#metas.getMany([keyHashOf(key)]);
    const inside = bytes && keyInside(bytes);
    return inside === undefined ? result : await super.get(inside);
  }
}

function keyInside(bytes: Uint8Array): Key | undefined {
  try {
    return (JSON.parse(Buffer.from(bytes).toString()) as { key?: Key } | null)?.key;
  } catch {
    return undefined;
  }
}

function textOf(key: Key): string {
  return typeof key === 'object' ? JSON.stringify(key) : String(key);
}

function withoutIndex(blobs: CacheEntry['blobs']): CacheEntry['blobs'] {
  const plain = Object.entries(blobs).map(([name, value]): [string, CacheEntry['blobs'][string]] => {
    if (value instanceof Uint8Array) return [name, value];
    const { digest, size, checksum } = value;
    return [name, { digest, size, checksum }];
  });
  return Object.fromEntries(plain);
}
