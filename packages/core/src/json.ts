import stringify from 'fast-json-stable-stringify';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * One text per value: object members in sorted order, no white space. Two processes that hold equal
 * values hold equal texts, so that a text can be hashed.
 */
export function canonicalJson(value: Json): string {
  return stringify(value);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` where the text is not JSON: the caller knows what that means for it. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
