import type { CacheEntry } from './cache.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import type { Meta } from './meta.js';

/** Somebody who had a hand in what an entry holds, and when, in milliseconds since 1970. */
export interface Origin {
  readonly writer: string;
  /** The id of the key by which what he wrote was signed. */
  readonly key?: string;
  readonly first: number;
  readonly last: number;
}

/** Beyond so many the oldest are forgotten: who writes is a machine or a pipeline, and a team has dozens. */
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

/** Of what is made from an entry: all who had a hand in that. */
export function originsOf(meta: Meta): readonly Origin[] {
  return joinOrigins(meta.origins, [originOf(meta)]);
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
    const name = JSON.stringify([origin.writer, origin.key]);
    const { first, last } = joined.get(name) ?? origin;
    joined.set(name, { ...origin, first: Math.min(first, origin.first), last: Math.max(last, origin.last) });
  }
  return [...joined.values()].sort((a, b) => a.last - b.last).slice(-maxOrigins);
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
  const { writer, key, first, last } = value;
  if (!isShortText(writer) || !isTime(first) || !isTime(last)) return undefined;
  if (key === undefined) return { writer, first, last };
  return isShortText(key) ? { writer, key, first, last } : undefined;
}

function isShortText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length <= maxWriterLength;
}

function isTime(value: Json | undefined): value is number {
  return Number.isFinite(value);
}
