import { checkPlaceName, type Digest, type KeyHash } from '@cleanmiss/core';

/**
 * The version of everything that is stored under these keys. A later one has keys of its own beside these: neither
 * version sees the other's.
 */
export const redisFormat = 1;

/** The names of what we keep. A namespace holds no braces, so that no part of a key becomes a hash tag in a cluster. */
export class RedisKeys {
  readonly #prefix: string;

  /**
   * `scope`: a part of the namespace that a server's access list can keep others from writing to, by `cleanmiss:1:NAMESPACE@SCOPE:*`.
   *
   * @throws {CacheError} `ERR_CONFIG`
   */
  constructor(namespace: string, scope?: string) {
    checkPlaceName('a namespace', namespace);
    if (scope !== undefined) checkPlaceName('a scope', scope);
    // Neither of the two holds an `@`, so that no namespace is a scope of another.
    this.#prefix = `cleanmiss:${redisFormat}:${namespace}${scope === undefined ? '' : `@${scope}`}:`;
  }

  /** Where one part of a blob is. Most blobs have only part 0. */
  part(digest: Digest, part: number): string {
    return part === 0 ? `${this.#prefix}b:${digest}` : `${this.#prefix}b:${digest}:${part}`;
  }

  meta(key: KeyHash): string {
    return `${this.#prefix}m:${key}`;
  }

  /** For SCAN. None of the characters of a namespace means anything in a pattern. */
  get metaPattern(): string {
    return `${this.#prefix}m:*`;
  }

  /** `undefined` where the name is not one that `meta` gives. */
  keyHashOf(name: string): KeyHash | undefined {
    const hash = name.slice(`${this.#prefix}m:`.length);
    return /^[0-9a-f]{64}$/.test(hash) && name === this.meta(hash as KeyHash) ? (hash as KeyHash) : undefined;
  }

  probe(name: string): string {
    return `${this.#prefix}p:${name}`;
  }
}
