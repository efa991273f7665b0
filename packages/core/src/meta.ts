import { blobRefToJson, parseBlobRef, type BlobRef } from './blob-ref.js';
import type { ChecksumOf } from './checksum.js';
import { CacheError } from './errors.js';
import { maxIndexBlobBytes } from './index-blob.js';
import {
  canonicalJson,
  isJsonObject,
  isJsonWithin,
  maxJsonDepth,
  parseJson,
  type Json,
  type JsonObject,
} from './json.js';
import type { Key } from './key.js';
import type { MissReason } from './miss-reason.js';
import { originsToJson, parseOrigins, type Origin } from './origins.js';
import { parseSignature, signatureToJson, type MetaSignature } from './signature.js';

/** The version of the encoding below. A reader treats every other number as a miss. */
export const metaFormat = 1;

/** Longer ones are neither written nor read: ours have some hundred bytes, those of a large project's snapshot some hundred thousand. */
export const maxMetaBytes = 4 * 1024 * 1024;

/** The blob itself lists further blobs, line by line (see `index-blob.ts`, also for how long it may be): whoever keeps it keeps those. */
export interface NamedBlobRef extends BlobRef {
  readonly index?: true;
}

/** A meta record: what was stored under one key, in terms of blobs named by content. Immutable once written. */
export interface Meta {
  readonly key: Key;
  readonly blobs: ReadonlyMap<string, NamedBlobRef>;
  /** Free for the writer; nothing in cleanmiss's core reads it. */
  readonly attributes: JsonObject;
  /** Who wrote it, for people: program and version. */
  readonly writer: string;
  /** Milliseconds since 1970 on the writer's clock. For people and for age bounds, never for freshness. */
  readonly time: number;
  /** Who had a hand in what this was made from, oldest first; the writer is not among them. */
  readonly origins: readonly Origin[];
  /** As the meta says: whoever trusts it has to verify it. */
  readonly signature?: MetaSignature;
}

/** A meta before it is signed. */
export type UnsignedMeta = Omit<Meta, 'origins' | 'signature'> & Partial<Pick<Meta, 'origins'>>;

export type DecodedMeta =
  | { readonly ok: true; readonly meta: Meta }
  | { readonly ok: false; readonly reason: Extract<MissReason, 'meta-corrupt' | 'unknown-format'> };

/**
 * Canonical JSON of the meta with its format version and, over all the rest, an XXH64: a flipped bit inside a string
 * would otherwise still be JSON, and say something else.
 * @throws {CacheError} `ERR_INVALID_OPTION` where it could not be read again
 */
export function encodeMeta(
  meta: UnsignedMeta,
  checksumOf: ChecksumOf,
  sign?: (body: string) => MetaSignature,
): Uint8Array {
  if (![...meta.blobs.values()].every(isOfItsLength))
    throw refused(`names an index of more than ${maxIndexBlobBytes} bytes`);
  const unsigned = bodyOf(meta);
  const body = sign ? { ...unsigned, signature: signatureToJson(sign(canonicalJson(unsigned))) } : unsigned;
  if (!isJsonWithin(body, maxJsonDepth)) throw refused(`is nested by more than ${maxJsonDepth} levels`);
  const checksum = checksumOf(Buffer.from(canonicalJson(body)));
  const bytes = Buffer.from(canonicalJson({ ...body, checksum }));
  if (bytes.length > maxMetaBytes) throw refused(`has ${bytes.length} bytes, more than ${maxMetaBytes}`);
  return bytes;
}

function refused(why: string): CacheError {
  return new CacheError('ERR_INVALID_OPTION', `a meta that ${why} is not stored`);
}

export function decodeMeta(bytes: Uint8Array, checksumOf: ChecksumOf): DecodedMeta {
  if (bytes.length > maxMetaBytes) return corrupt;
  const document = documentOf(bytes);
  if (!isJsonObject(document)) return corrupt;
  const { checksum, ...body } = document;
  if (checksumOf(Buffer.from(canonicalJson(body))) !== checksum) {
    return isOtherFormat(document) ? { ok: false, reason: 'unknown-format' } : corrupt;
  }
  if (isOtherFormat(document)) return { ok: false, reason: 'unknown-format' };
  const meta = metaOf(body);
  return meta ? { ok: true, meta } : corrupt;
}

/** What the signature of an encoded meta is over: all that its writer wrote, also what this version does not know. */
export function signedPartOf(bytes: Uint8Array): string {
  const document = documentOf(bytes);
  if (!isJsonObject(document)) return '';
  const signed = Object.entries(document).filter(([name]) => name !== 'checksum' && name !== 'signature');
  return canonicalJson(Object.fromEntries(signed));
}

function documentOf(bytes: Uint8Array): Json | undefined {
  return parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

const corrupt = { ok: false, reason: 'meta-corrupt' } as const;

/** Another format may be sealed in another way, so this is asked whether or not the checksum holds. */
function isOtherFormat(document: JsonObject): boolean {
  const format = document['format'];
  return Number.isSafeInteger(format) && format !== metaFormat;
}

function bodyOf({ key, blobs, attributes, writer, time, origins = [] }: UnsignedMeta): JsonObject {
  return {
    format: metaFormat,
    key,
    blobs: Object.fromEntries([...blobs].map(([name, ref]) => [name, namedRefToJson(ref)])),
    attributes,
    writer,
    time,
    ...(origins.length === 0 ? {} : { origins: originsToJson(origins) }),
  };
}

function metaOf(body: JsonObject): Meta | undefined {
  const { format, key, attributes, writer, time } = body;
  if (format !== metaFormat) return undefined;
  const blobs = parseNamedRefs(body['blobs']);
  if (key === undefined || blobs === undefined || !isJsonObject(attributes)) return undefined;
  if (typeof writer !== 'string' || !isTime(time)) return undefined;
  const origins = parseOrigins(body['origins']);
  const signature = isJsonObject(body['signature']) ? parseSignature(body['signature']) : undefined;
  if (!origins || (body['signature'] !== undefined && !signature)) return undefined;
  return { key, blobs, attributes, writer, time, origins, ...(signature ? { signature } : {}) };
}

function isTime(value: Json | undefined): value is number {
  return Number.isFinite(value);
}

export function namedRefToJson(ref: NamedBlobRef): JsonObject {
  return ref.index ? { ...blobRefToJson(ref), index: true } : blobRefToJson(ref);
}

function parseNamedRefs(value: Json | undefined): ReadonlyMap<string, NamedBlobRef> | undefined {
  if (!isJsonObject(value)) return undefined;
  const refs = new Map<string, NamedBlobRef>();
  for (const [name, entry] of Object.entries(value)) {
    const ref = parseNamedRef(entry);
    if (!ref) return undefined;
    refs.set(name, ref);
  }
  return refs;
}

/** `undefined` where the value is none. */
export function parseNamedRef(value: Json): NamedBlobRef | undefined {
  const ref = parseBlobRef(value);
  const named = ref && (value as JsonObject)['index'] === true ? { ...ref, index: true as const } : ref;
  return named && isOfItsLength(named) ? named : undefined;
}

function isOfItsLength({ size, index }: NamedBlobRef): boolean {
  return !index || size <= maxIndexBlobBytes;
}
