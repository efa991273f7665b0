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

/**
 * Arrays and objects within each other. Whoever descends into a value calls itself once a level, and the stack has an end:
 * about 8,000 levels of `canonicalJson`.
 */
export const maxJsonDepth = 500;

/** `undefined` where the text is not JSON, or nested too deeply: the caller knows what that means for it. */
export function parseJson(text: string): Json | undefined {
  if (isNestedTooDeeply(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Is it nested by so many levels at most? */
export function isJsonWithin(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member: Json) => isJsonWithin(member, levels - 1));
}

/** Told from the text, and not from what it is parsed to: a megabyte of brackets takes a hundred of memory. */
function isNestedTooDeeply(text: string): boolean {
  if (hasFewBrackets(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) depth += 1;
    else if (code === closeBracket || code === closeBrace) depth -= 1;
    if (depth > maxJsonDepth) return true;
  }
  return false;
}

/** Each level takes one: of nearly every text that is all there is to know, and to count them costs a tenth. */
function hasFewBrackets(text: string): boolean {
  if (text.length <= maxJsonDepth) return true;
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > maxJsonDepth) return false;
    }
  }
  return true;
}

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where the string ends that begins there. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}
