import { lstatSync, unlinkSync } from 'node:fs';
import {
  isBlobRef,
  loadChecksum,
  blobOf,
  StoredCache,
  VerifyingBlobStore,
  type Blob,
  type BlobStore,
  type CacheEntry,
  type Clock,
  type GcOptions,
  type Maintenance,
  type MetaStore,
} from '@cleanmiss/core';
import { StoreFiles, type FileSystem, type FsStore } from '@cleanmiss/fs-backend';

export interface StoreParts {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
  readonly maintenance: Maintenance;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly directory: string;
  /** The store once more, with other functions under it. */
  readonly open: (fs: Partial<FileSystem>) => FsStore;
  readonly cacheOver: (parts: Pick<StoreParts, 'blobs' | 'metas' | 'clock'>) => StoredCache;
}

/** A real store with one mistake, by the mistake: what the model test must find. */
export const mutants: Readonly<Record<string, (parts: StoreParts) => Partial<StoreParts>>> = {
  'stores the meta before its blobs': () => ({
    cacheOver: ({ blobs, metas, clock }) =>
      new MetaFirst({ blobs: new VerifyingBlobStore(blobs), metas, clock, writer: 'mutant' }),
  }),

  'puts entries in any order': () => ({
    cacheOver: ({ blobs, metas, clock }) =>
      new AnyOrder({ blobs: new VerifyingBlobStore(blobs), metas, clock, writer: 'mutant' }),
  }),

  'verifies nothing that it reads': () => ({
    cacheOver: ({ blobs, metas, clock }) => new StoredCache({ blobs, metas, clock, writer: 'mutant' }),
  }),

  'writes blobs in place': ({ blobs, fs, directory, clock }) => {
    const files = new StoreFiles({ directory, fs, clock });
    const putMany = async (batch: readonly Blob[]) => {
      // Makes the folders.
      await blobs.putMany(batch);
      for (const { ref, bytes } of batch) {
        const fd = fs.openSync(files.blobs.pathOf(ref.digest), 'w');
        if (bytes.length > 0) fs.writeSync(fd, bytes);
        fs.closeSync(fd);
      }
    };
    return { blobs: withMethods(blobs, { putMany }) };
  },

  'does not replace a damaged blob': ({ blobs }) => {
    const putMany = async (batch: readonly Blob[]) => {
      const missing = await blobs.findMissing(batch.map(({ ref }) => ref));
      await blobs.putMany(batch.filter(({ ref }) => missing.includes(ref)));
    };
    return { blobs: withMethods(blobs, { putMany }) };
  },

  'renews nothing that it finds present': ({ open, blobs }) => ({
    blobs: withMethods(blobs, {
      findMissing: (refs) => open({ utimesSync: () => {} }).blobs.findMissing(refs),
    }),
  }),

  'renews no meta that is read': ({ open, metas }) => ({
    metas: withMethods(metas, { getMany: (keys) => open({ utimesSync: () => {} }).metas.getMany(keys) }),
  }),

  'hands out a meta that was collected while it was read': ({ metas, open }) => ({
    metas: withMethods(metas, {
      getMany: async (keys) => {
        const read = await open({ utimesSync: () => {}, existsSync: () => true }).metas.getMany(keys);
        await metas.getMany(keys);
        return read;
      },
    }),
  }),

  'leaves open what it has read': ({ open, fs }) => {
    const isMeta = new Set<number>();
    const openSync: FileSystem['openSync'] = (path, flags, mode) => {
      const fd = fs.openSync(path, flags, mode);
      if (String(path).includes('/metas/')) isMeta.add(fd);
      return fd;
    };
    return open({ openSync, closeSync: (fd) => (isMeta.delete(fd) ? undefined : fs.closeSync(fd)) });
  },

  'deletes without telling': ({ metas }) => ({
    metas: withMethods(metas, { delete: () => Promise.resolve() }),
  }),

  'collects what was written just now': ({ maintenance }) => ({
    maintenance: withMethods(maintenance, {
      gc: (options?: GcOptions) => maintenance.gc({ ...options, graceMs: 0 }),
    }),
  }),

  'collects metas by their age alone, whoever reads them': ({ open, fs }) => ({
    maintenance: open({
      ...fs,
      renameSync: (from, to) => {
        fs.renameSync(from, to);
        // As if it did not look once more.
        if (String(to).includes('/.gc-')) fs.utimesSync(to, 1, 1);
      },
    }).maintenance,
  }),

  'forgets for good what it had in hand when it was killed': ({ open }) => ({
    maintenance: open({ linkSync: () => {} }).maintenance,
  }),

  'collects nothing': ({ maintenance }) => ({
    maintenance: withMethods(maintenance, {
      gc: () => maintenance.gc({ graceMs: Infinity, maxAgeMs: Infinity }),
    }),
  }),

  'collects blobs before metas': ({ maintenance, directory, fs, clock }) => {
    const files = new StoreFiles({ directory, fs, clock });
    const gc = async (options: GcOptions = {}) => {
      const cutoff = clock.now() - Math.max(options.maxAgeMs!, options.graceMs!);
      for (const entry of files.blobs.entries(fs))
        if (entry.kind === 'file' && fs.lstatSync(entry.path).mtimeMs < cutoff) fs.unlinkSync(entry.path);
      return await maintenance.gc(options);
    };
    return { maintenance: withMethods(maintenance, { gc }) };
  },

  'takes good blobs for damaged when it verifies': ({ maintenance, directory, fs, clock }) => {
    const files = new StoreFiles({ directory, fs, clock });
    const verify = async () => {
      // Those of no bytes.
      for (const entry of files.blobs.entries(fs))
        if (entry.kind === 'file' && lstatSync(entry.path).size === 0) unlinkSync(entry.path);
      return await maintenance.verify();
    };
    return { maintenance: withMethods(maintenance, { verify }) };
  },

  'leaves damaged blobs where they are when it verifies': ({ maintenance, open, fs }) => ({
    maintenance: withMethods(maintenance, {
      verify: () =>
        open({
          renameSync: (from, to) =>
            String(to).includes('/quarantine/') ? undefined : fs.renameSync(from, to),
        }).maintenance.verify(),
    }),
  }),

  'loses what was repaired while it verifies': ({ maintenance, open }) => ({
    maintenance: withMethods(maintenance, {
      verify: () => open({ linkSync: () => {} }).maintenance.verify(),
    }),
  }),
};

class MetaFirst extends StoredCache {
  override async putMany(entries: readonly CacheEntry[]): Promise<void> {
    const checksumOf = await loadChecksum();
    const blobs: Blob[] = [];
    const named = entries.map((entry) => {
      const refs = Object.entries(entry.blobs).map(([name, value]) => {
        if (isBlobRef(value)) return [name, value] as const;
        const blob = blobOf(value, checksumOf);
        blobs.push(blob);
        return [name, blob.ref] as const;
      });
      return { ...entry, blobs: Object.fromEntries(refs) };
    });
    await super.putMany(named);
    await this.blobs.putMany(blobs);
  }
}

class AnyOrder extends StoredCache {
  override putMany(entries: readonly CacheEntry[]): Promise<void> {
    const unordered = entries.map(({ key, blobs, attributes = {} }) => ({ key, blobs, attributes }));
    return super.putMany(unordered.reverse());
  }
}

/** A store with some of its methods replaced. */
function withMethods<Store extends object>(store: Store, methods: Partial<Store>): Store {
  return Object.assign(Object.create(store) as Store, bound(store), methods);
}

/** Methods that use private fields want the store itself for `this`. */
function bound<Store extends object>(store: Store): Partial<Store> {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)).filter(
    (name) => name !== 'constructor',
  );
  const methods = names.map((name) => {
    const method = (store as Record<string, unknown>)[name] as (...args: unknown[]) => unknown;
    return [name, (...args: unknown[]) => method.apply(store, args)] as const;
  });
  return Object.fromEntries(methods) as Partial<Store>;
}
