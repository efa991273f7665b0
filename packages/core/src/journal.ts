import type { ChecksumOf } from './checksum.js';
import { canonicalJson, isJsonObject, parseJson, type Json, type JsonObject } from './json.js';
import type { Written } from './cache.js';
import type { Key } from './key.js';
import { namedRefToJson, parseNamedRef, type NamedBlobRef } from './meta.js';
import { originsToJson, parseOrigins, type Origin } from './origins.js';

/** An entry whose blobs are stored already. */
export interface StoredEntry {
  readonly key: Key;
  readonly blobs: Readonly<Record<string, NamedBlobRef>>;
  readonly attributes: JsonObject;
  /** These as in `CacheEntry`. */
  readonly after?: Key;
  readonly origins?: readonly Origin[];
  readonly written?: Written;
}

/** One thing that a tier has still to be told. */
export type JournalRecord =
  { readonly op: 'put'; readonly entry: StoredEntry } | { readonly op: 'delete'; readonly key: Key };

/** What was appended at once. Its records may be told in any order but that of `after`; batches are told in theirs. */
export interface JournalBatch {
  readonly id: string;
  readonly records: readonly JournalRecord[];
}

/**
 * What a remote tier has still to be told, kept where it outlives the process: an upload that was broken off is finished by
 * whoever comes next. The blobs are not in it; they stay in the local tier. Any number of processes may append at once.
 */
export interface Journal {
  /** When it resolves, no kill loses the records. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** Whether there may be something to do. Cheap: asked at every run. */
  hasWork(): boolean;
  /** Oldest first. Damaged ones are dropped: the next publish tells more than they did. */
  batches(): Promise<readonly JournalBatch[]>;
  /** It has been told. */
  remove(batch: JournalBatch): Promise<void>;
}

export function keyOfRecord(record: JournalRecord): Key {
  return record.op === 'put' ? record.entry.key : record.key;
}

/** One line, without its end. With a checksum: a flipped bit in an attribute would still be JSON, and reach the whole team. */
export function encodeJournalRecord(record: JournalRecord, checksumOf: ChecksumOf): string {
  const body = canonicalJson(recordToJson(record));
  return `${checksumOf(Buffer.from(body))} ${body}`;
}

/** `undefined` where the line is no record. */
export function decodeJournalRecord(line: string, checksumOf: ChecksumOf): JournalRecord | undefined {
  const space = line.indexOf(' ');
  const body = line.slice(space + 1);
  if (line.slice(0, space) !== checksumOf(Buffer.from(body))) return undefined;
  const document = parseJson(body);
  return isJsonObject(document) ? recordFromJson(document) : undefined;
}

function recordToJson(record: JournalRecord): JsonObject {
  if (record.op === 'delete') return { op: 'delete', key: record.key };
  const { key, blobs, attributes, after, origins, written } = record.entry;
  const refs = Object.entries(blobs).map(([name, ref]) => [name, namedRefToJson(ref)] as const);
  return {
    op: 'put',
    key,
    blobs: Object.fromEntries(refs),
    attributes,
    ...(after === undefined ? {} : { after }),
    ...(origins === undefined || origins.length === 0 ? {} : { origins: originsToJson(origins) }),
    ...(written === undefined ? {} : { written: { writer: written.writer, time: written.time } }),
  };
}

function recordFromJson(document: JsonObject): JournalRecord | undefined {
  const { op, key, blobs, attributes, after } = document;
  if (key === undefined) return undefined;
  if (op === 'delete') return { op, key };
  if (op !== 'put' || !isJsonObject(attributes) || !isJsonObject(blobs)) return undefined;
  const refs = Object.entries(blobs).map(([name, ref]) => [name, parseNamedRef(ref)] as const);
  if (refs.some(([, ref]) => ref === undefined)) return undefined;
  const named = Object.fromEntries(refs) as StoredEntry['blobs'];
  const origins = parseOrigins(document['origins']);
  const written = parseWritten(document['written']);
  if (!origins || written === null) return undefined;
  const entry = {
    key,
    blobs: named,
    attributes,
    ...(after === undefined ? {} : { after }),
    ...(origins.length === 0 ? {} : { origins }),
    ...(written === undefined ? {} : { written }),
  };
  return { op, entry };
}

/** `null` where there is something else. */
function parseWritten(value: Json | undefined): Written | undefined | null {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return null;
  const { writer, time } = value;
  return typeof writer === 'string' && typeof time === 'number' ? { writer, time } : null;
}
