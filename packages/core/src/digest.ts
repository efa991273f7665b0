import { createHash } from 'node:crypto';
import { CacheError } from './errors.js';

declare const brand: unique symbol;

/** SHA-256 of a blob's uncompressed content, 64 lower-case hex digits: the blob's name. */
export type Digest = string & { readonly [brand]: 'Digest' };

export function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** @throws {CacheError} `ERR_INVALID_DIGEST` */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new CacheError('ERR_INVALID_DIGEST', `not a SHA-256 in 64 hex digits: ${JSON.stringify(text)}`);
}
