import {
  blobOf,
  CacheError,
  keyHashOf,
  loadChecksum,
  MemoryBlobStore,
  MemoryMetaStore,
  StoredCache,
  VerifyingBlobStore,
  type Blob,
  type BlobStore,
  type Cache,
  type Key,
  type MetaStore,
} from '../../src/index.js';

const checksumOf = await loadChecksum();

export function blobFrom(content: string): Blob {
  return blobOf(Buffer.from(content), checksumOf);
}

export function outage(message = 'out of order'): CacheError {
  return new CacheError('ERR_OUTAGE', message);
}

/**
 * A tier in memory that writes down every call to its stores (`blobs.getMany`, `metas.put`, ...) and asks `before` and `after`
 * each, which may throw what the call is to reject with.
 */
export class FakeTier {
  readonly blobs = new MemoryBlobStore();
  readonly metas = new MemoryMetaStore();
  readonly cache: Cache;
  before: (call: string, args: readonly unknown[]) => void = () => {};
  after: (call: string) => Promise<void> | void = () => {};
  readonly #name: string;
  readonly #log: string[];

  /** `log`: may be shared with others, to see what came before what. */
  constructor(name: string, log: string[] = []) {
    this.#name = name;
    this.#log = log;
    const blobs = new VerifyingBlobStore(this.#watched<BlobStore>(this.blobs, 'blobs'), { by: 'digest' });
    const metas = this.#watched<MetaStore>(this.metas, 'metas');
    this.cache = new StoredCache({ blobs, metas, writer: name });
  }

  /** From now on every call, or every one that is named, is rejected. */
  fail(error: Error, ...calls: readonly string[]): void {
    this.before = (call) => {
      if (calls.length === 0 || calls.includes(call)) throw error;
    };
  }

  recover(): void {
    this.before = () => {};
  }

  /** Calls of this tier so far, without its name. */
  calls(): readonly string[] {
    const mine = this.#log.filter((line) => line.startsWith(`${this.#name} `));
    return mine.map((line) => line.slice(this.#name.length + 1));
  }

  async hasBlob({ ref }: Blob): Promise<boolean> {
    const [result] = await new VerifyingBlobStore(this.blobs).getMany([ref]);
    return result!.found;
  }

  async hasMeta(key: Key): Promise<boolean> {
    return (await this.metas.getMany([keyHashOf(key)]))[0] !== undefined;
  }

  async damage({ ref }: Blob): Promise<void> {
    await this.blobs.putMany([{ ref, bytes: Buffer.alloc(ref.size, '?') }]);
  }

  #watched<T extends object>(store: T, name: string): T {
    return new Proxy(store, {
      get: (target, property) => {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        const call = `${name}.${String(property)}`;
        return async (...args: readonly unknown[]) => {
          this.#log.push(`${this.#name} ${call}`);
          this.before(call, args);
          const result: unknown = await Reflect.apply(method, target, args);
          await this.after(call);
          return result;
        };
      },
    });
  }
}
