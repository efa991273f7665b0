import { digestOf } from './digest.js';
import { CacheError } from './errors.js';
import { canonicalJson, isJsonWithin, maxJsonDepth, type Json } from './json.js';

declare const brand: unique symbol;

/** Names a meta. Any JSON value; two equal values are one key, whatever the order of their members. */
export type Key = Json;

/** SHA-256 of a key's canonical JSON, 64 lower-case hex digits: where a store keeps the key's meta. */
export type KeyHash = string & { readonly [brand]: 'KeyHash' };

/** @throws {CacheError} `ERR_INVALID_KEY` */
export function keyHashOf(key: Key): KeyHash {
  // In a meta, the key is one level down.
  if (!isJsonWithin(key, maxJsonDepth - 1))
    throw new CacheError('ERR_INVALID_KEY', `a key is nested by less than ${maxJsonDepth} levels`);
  return digestOf(Buffer.from(canonicalJson(key))) as string as KeyHash;
}
