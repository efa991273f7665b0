import { parseJson, type Json } from '@cleanmiss/core';

export interface EncodedKeyvValue {
  readonly type: 'text' | 'bytes' | 'json';
  readonly bytes: Uint8Array;
}

/** Keyv hands over texts, unless its serializer was replaced or taken away: then bytes, or anything JSON can say. */
export function encodeKeyvValue(value: unknown): EncodedKeyvValue {
  if (typeof value === 'string' && !loneSurrogate.test(value))
    return { type: 'text', bytes: Buffer.from(value) };
  if (value instanceof Uint8Array) return { type: 'bytes', bytes: value };
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`a value of type ${typeof value} cannot be stored`);
  return { type: 'json', bytes: Buffer.from(json) };
}

/** UTF-8 has no way to write half a character, JSON has. */
const loneSurrogate = /\p{Surrogate}/u;

/** The bytes are those that were stored: they have been verified. `undefined` for a type of a later version. */
export function decodeKeyvValue(type: Json | undefined, bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'bytes') return buffer;
  if (type === 'text') return buffer.toString('utf8');
  return type === 'json' ? parseJson(buffer.toString('utf8')) : undefined;
}
