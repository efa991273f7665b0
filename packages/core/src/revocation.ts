import { createHash } from 'node:crypto';
import { maxDateMs } from './clock.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from './json.js';
import type { Key } from './key.js';
import type { Origin } from './origins.js';

/** Which metas are misses from now on, although they are there. All that it says has to hold of a meta. */
export interface Revocation {
  /** Who wrote it, or had a hand in what it was made from. */
  readonly writer?: string;
  /** The id of the key that has signed it, or something that it was made from. */
  readonly key?: string;
  /** What it was written with, by name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Somebody had a hand in it at this time or later, in milliseconds since 1970. */
  readonly since?: number;
  /** The same, at this time or earlier. */
  readonly until?: number;
  /** When somebody said so, in milliseconds since 1970: what is said again after it was taken back is another one. */
  readonly at?: number;
  /** For people. */
  readonly why?: string;
}

/** Where the revocations of a tier are kept, in its own metas. */
export const revocationsKey: Key = { type: 'revocations' };

/** By what it revokes, and when that was said. */
export function revocationIdOf(revocation: Revocation): string {
  const { at } = revocation;
  const said = [...conditionsOf(revocation), ...(at === undefined ? [] : [at])];
  return createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 12);
}

/** Do the two revoke the same? */
export function isSameRevocation(a: Revocation, b: Revocation): boolean {
  return canonicalJson(conditionsOf(a)) === canonicalJson(conditionsOf(b));
}

function conditionsOf({ writer, key, attributes, since, until }: Revocation): readonly Json[] {
  return [writer, key, attributes, since, until].map((value) => value ?? null);
}

/** What there is to know of an entry to tell whether it is revoked: who had a hand in it, and what it was written with. */
export interface Judged {
  readonly hands: readonly Origin[];
  readonly attributes: JsonObject;
}

/**
 * Does it take this entry away? One without a condition takes none. Who had a hand in it more than once may be taken for somebody who
 * had in between as well: too much is revoked then, and not too little.
 */
export function revokes(
  { writer, key, attributes, since, until }: Revocation,
  { hands, attributes: own }: Judged,
): boolean {
  if ([writer, key, attributes, since].every((condition) => condition === undefined)) return false;
  if (!Object.entries(attributes ?? {}).every(([name, value]) => own[name] === value)) return false;
  return hands.some(
    (hand) =>
      (writer === undefined || hand.writer === writer || hand.many) &&
      (key === undefined || hand.key === key || hand.many) &&
      (since === undefined || hand.last >= since) &&
      (until === undefined || hand.first <= until),
  );
}

/** Longer ones, as bytes of JSON, are neither said nor heard. */
export const maxRevocationBytes = 1024;

export function revocationToJson(revocation: Revocation): JsonObject {
  return Object.fromEntries(Object.entries(revocation).filter(([, value]) => value !== undefined));
}

/**
 * `undefined`: it is no revocation. A condition that only a later version knows is taken to hold: too much is revoked then, and not too
 * little.
 */
export function parseRevocation(value: Json): Revocation | undefined {
  if (!isJsonObject(value) || Buffer.byteLength(canonicalJson(value)) > maxRevocationBytes) return undefined;
  const isText = (item: Json | undefined) => item === undefined || typeof item === 'string';
  const isTime = (item: Json | undefined) => item === undefined || isDate(item);
  if (!textMembers.every((name) => isText(value[name])) || !timeMembers.every((name) => isTime(value[name])))
    return undefined;
  const attributes = value['attributes'];
  if (attributes !== undefined && !(isJsonObject(attributes) && Object.values(attributes).every(isText)))
    return undefined;
  return value;
}

const textMembers = ['writer', 'key', 'why'] as const;
const timeMembers = ['since', 'until', 'at'] as const;

function isDate(value: Json): boolean {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= maxDateMs;
}
