import type { CacheEntry } from './cache.js';
import { maxDateMs } from './clock.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import type { Meta } from './meta.js';

/** Somebody who had a hand in what an entry holds, and when, in milliseconds since 1970. */
export interface Origin {
  readonly writer: string;
  /** The id of the key by which what he wrote was signed. */
  readonly key?: string;
  /** It stands for more hands than are listed: whoever looks for one of them has to take it for his. */
  readonly many?: true;
  readonly first: number;
  readonly last: number;
}

/**
 * Who writes is a machine or a pipeline, and a team has dozens. Of more, the oldest become one that stands for many: to
 * forget a hand would let him go whose name somebody has crowded out.
 */
const maxOrigins = 64;
const maxWriterLength = 256;

/** Of an entry: who wrote it. */
export function originOf({ writer, time, signature }: Pick<Meta, 'writer' | 'time' | 'signature'>): Origin {
  return {
    writer: writer.slice(0, maxWriterLength),
    ...(signature ? { key: signature.key } : {}),
    first: time,
    last: time,
  };
}

/** All who had a hand in an entry: by one more than an entry lists. */
export function handsOf(meta: Meta): readonly Origin[] {
  return [...meta.origins, originOf(meta)];
}

/** The same for what is made from it. */
export function originsOf(meta: Meta): readonly Origin[] {
  return joinOrigins(handsOf(meta));
}

/**
 * What a copy of a meta in another tier has to say of it. That it was signed is said by an origin: a signature holds in its own tier
 * alone.
 */
export function provenanceOf(meta: Meta): Required<Pick<CacheEntry, 'written' | 'origins'>> {
  const { writer, time, origins, signature } = meta;
  return { written: { writer, time }, origins: joinOrigins(origins, signature ? [originOf(meta)] : []) };
}

/** Each hand once, the latest last. */
export function joinOrigins(...lists: readonly (readonly Origin[])[]): readonly Origin[] {
  const joined = new Map<string, Origin>();
  for (const origin of lists.flat()) {
    const name = JSON.stringify([origin.writer, origin.key, origin.many]);
    const { first, last } = joined.get(name) ?? origin;
    joined.set(name, { ...origin, first: Math.min(first, origin.first), last: Math.max(last, origin.last) });
  }
  const all = [...joined.values()].sort((a, b) => a.last - b.last);
  const tooMany = all.length - maxOrigins;
  return tooMany > 0 ? [manyOf(all.slice(0, tooMany + 1)), ...all.slice(tooMany + 1)] : all;
}

function manyOf(origins: readonly Origin[]): Origin {
  const first = Math.min(...origins.map((origin) => origin.first));
  return { writer: 'many', many: true, first, last: Math.max(...origins.map((origin) => origin.last)) };
}

export function originsToJson(origins: readonly Origin[]): Json {
  return origins.map((origin): JsonObject => ({ ...origin }));
}

/** `undefined` where the value is no list of origins. */
export function parseOrigins(value: Json | undefined): readonly Origin[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  if (value.length > maxOrigins) return undefined;
  const origins = (value as readonly Json[]).map(parseOrigin);
  return origins.every((origin) => origin !== undefined) ? origins : undefined;
}

function parseOrigin(value: Json): Origin | undefined {
  if (!isJsonObject(value)) return undefined;
  const { writer, key, many, first, last } = value;
  if (!isShortText(writer) || !isTime(first) || !isTime(last)) return undefined;
  if (many !== undefined) return many === true ? { writer, many, first, last } : undefined;
  if (key === undefined) return { writer, first, last };
  return isShortText(key) ? { writer, key, first, last } : undefined;
}

function isShortText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length <= maxWriterLength;
}

function isTime(value: Json | undefined): value is number {
  return typeof value === 'number' && Math.abs(value) <= maxDateMs;
}
