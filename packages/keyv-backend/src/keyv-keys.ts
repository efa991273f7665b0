import { CacheError, checkPlaceName, type KeyHash } from '@cleanmiss/core';

/**
 * The version of everything that is stored under these keys. A later one has keys of its own beside these: neither
 * version sees the other's.
 */
const keyvFormat = 1;

/** Under which keys things are kept. Keyv puts its own namespace in front of them. */
export class KeyvKeys {
  /** What every key begins with. */
  readonly prefix: string;

  /** @throws {CacheError} `ERR_CONFIG` */
  constructor(namespace: string, scope?: string) {
    checkPlaceName('a namespace', namespace);
    if (scope !== undefined) checkPlaceName('a scope', scope);
    const place = scope === undefined ? namespace : `${namespace}@${scope}`;
    // With what stands around it a key stays below 250 characters, which is as long as memcached takes them.
    if (place.length > 100)
      throw new CacheError('ERR_CONFIG', 'a namespace and its scope have 100 characters at most');
    this.prefix = `cleanmiss:${keyvFormat}:${place}:`;
  }

  meta(key: KeyHash): string {
    return `${this.prefix}m:${key}`;
  }

  /** One part of a blob. */
  readonly blobPart = (digest: string, part: number): string => `${this.prefix}b:${digest}:${part}`;

  /** One part of a meta that is too long for one value. */
  readonly metaPart = (digest: string, part: number): string => `${this.prefix}l:${digest}:${part}`;

  /** Of a key as the adapter knows it, with whatever it has put in front. `undefined` where it is not a meta of ours. */
  keyHashOf(stored: string): KeyHash | undefined {
    const hash = stored.slice(-64);
    if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
    // The colon: another namespace may end like ours.
    return `:${stored}`.endsWith(`:${this.meta(hash as KeyHash)}`) ? (hash as KeyHash) : undefined;
  }
}
