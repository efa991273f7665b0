import { lstatSync, rmSync } from 'node:fs';
import {
  isJsonObject,
  originsToJson,
  parseJson,
  parseOrigins,
  type Json,
  type JsonObject,
  type Origin,
} from '@cleanmiss/core';
import { settledAsOf, type FolderPrint, type FolderTime } from './folder-print.js';
import { readOwnFile } from './own-file.js';
import { replaceFile } from './replace-file.js';

const recordFormat = 1;
/** With the names of all folders. */
const maxRecordBytes = 4 * 1024 * 1024;

/** What a slot holds, in a few bytes: all that a warm run reads. */
export interface SlotRecord {
  /** The snapshot that the slot's files make up. */
  readonly snapshot: string;
  /** The fingerprint of the walk that found them so. */
  readonly fingerprint: string;
  /** The same by folders, where a walk has found them so; else `null`. */
  readonly folders: FolderPrint | null;
  /** The commit that was checked out in the run that left them; `null` outside git. */
  readonly commit: string | null;
  /** The store that has the snapshot; a store with another id (wiped, or another one) has to be told again. */
  readonly storeId: string | null;
  /** When that store was told, in milliseconds since 1970. */
  readonly storedAt: number;
  /** When this was written. */
  readonly settledAt: number;
  /** Who had a hand in what the slot holds. */
  readonly origins: readonly Origin[];
}

/**
 * `undefined` where the slot is new, or was left in the middle of something (killed, crashed): its files may then be
 * anything.
 */
export function readSlotRecord(file: string): SlotRecord | undefined {
  const writtenMs = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const document = parseJson(readOwnFile(file, maxRecordBytes)?.toString('utf8') ?? '');
  const record = isJsonObject(document) ? recordOf(document) : undefined;
  if (!record?.folders) return record;
  // Whoever writes to the slot from here on does so after the record was written.
  return { ...record, folders: settledAsOf(record.folders, writtenMs) };
}

export function writeSlotRecord(file: string, { origins, folders, ...record }: SlotRecord): void {
  const document = { format: recordFormat, ...record, folders, origins: originsToJson(origins) };
  replaceFile(file, JSON.stringify(document));
}

/**
 * Until the next `writeSlotRecord` the slot counts as left in the middle. By removing the file, which works on a full
 * disk as well.
 */
export function openSlotRecord(file: string): void {
  rmSync(file, { recursive: true, force: true });
}

function recordOf(document: JsonObject): SlotRecord | undefined {
  const { format, snapshot, fingerprint, commit, storeId, storedAt, settledAt } = document;
  if (format !== recordFormat || typeof snapshot !== 'string' || typeof fingerprint !== 'string')
    return undefined;
  if (!isTextOrNull(commit) || !isTextOrNull(storeId)) return undefined;
  if (typeof storedAt !== 'number' || typeof settledAt !== 'number') return undefined;
  const origins = parseOrigins(document['origins']);
  const folders = folderPrintFrom(document['folders']);
  return origins && { snapshot, fingerprint, folders, commit, storeId, storedAt, settledAt, origins };
}

function folderPrintFrom(value: Json | undefined): FolderPrint | null {
  if (value === undefined || !isJsonObject(value)) return null;
  const { print, still, busy } = value;
  if (typeof print !== 'string' || !isListOf(still, isFolderTime) || !isListOf(busy, isText)) return null;
  return { print, still, busy };
}

function isListOf<T extends Json>(
  value: Json | undefined,
  isItem: (item: Json) => item is T,
): value is readonly T[] {
  return Array.isArray(value) && (value as readonly Json[]).every(isItem);
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

function isFolderTime(value: Json): value is FolderTime {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [path, ...numbers] = value as readonly Json[];
  return typeof path === 'string' && numbers.every((part) => typeof part === 'number');
}

function isTextOrNull(value: Json | undefined): value is string | null {
  return value === null || typeof value === 'string';
}
