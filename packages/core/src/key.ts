import { digestOf } from './digest.js';
import { canonicalJson, type Json } from './json.js';

declare const brand: unique symbol;

/** Names a meta. Any JSON value; two equal values are one key, whatever the order of their members. */
export type Key = Json;

/** SHA-256 of a key's canonical JSON, 64 lower-case hex digits: where a store keeps the key's meta. */
export type KeyHash = string & { readonly [brand]: 'KeyHash' };

export function keyHashOf(key: Key): KeyHash {
  return digestOf(Buffer.from(canonicalJson(key))) as string as KeyHash;
}
