import { isJsonObject, type Json, type JsonObject } from '@cleanmiss/core';
import { localPath, readJson, type EntryFile } from '../entry-cache/entry-file.js';
import { isReach, type Reach } from './config-probe.js';

/** What ESLint found in one file. */
export interface SharedEntry {
  /** Of the file's content, as file-entry-cache makes it. */
  readonly hash: string;
  readonly size: number | null;
  /** The configuration's name. */
  readonly group: string;
  /** ESLint's own record, without the path of the file. */
  readonly results: JsonObject;
}

export interface SharedGroup {
  readonly reach: Reach;
  /** `null` where it is another one at each place. */
  readonly hash: string | null;
}

/** The results of a project, as they are true in every checkout of it. */
export interface SharedResults {
  readonly form: EntryFile['form'];
  /** All that results may depend on which are not of their file alone. `null` where there are none such. */
  readonly inputs: string | null;
  /** The day of those that depend on it. */
  readonly day: string | null;
  readonly groups: Readonly<Record<string, SharedGroup>>;
  /** By the file's portable name. */
  readonly entries: Readonly<Record<string, SharedEntry>>;
}

const format = 1;

export function formatShared({ form, inputs, day, groups, entries }: SharedResults): Json {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { format, form, inputs, day, groups: sorted(groups), entries: sorted(entries) } as unknown as Json;
}

/** `undefined` where there are none. What is malformed in it is left out: it may come from a stranger, and ESLint would stumble. */
export function readShared(file: string, root: string): SharedResults | undefined {
  const document = readJson(file);
  if (!isJsonObject(document) || document['format'] !== format) return undefined;
  const { form, inputs, day, groups, entries } = document as Partial<Record<string, Json>>;
  if (!isJsonObject(groups) || !isJsonObject(entries)) return undefined;
  return {
    form: form === 'list' ? 'list' : 'map',
    inputs: typeof inputs === 'string' ? inputs : null,
    day: typeof day === 'string' ? day : null,
    groups: pick(groups, isGroup),
    entries: pick(entries, (value, name): value is Json & SharedEntry => isEntry(value, name, root)),
  };
}

/** As they stand in ESLint's own file. */
export function isResults(value: Json | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const counts = [
    'errorCount',
    'warningCount',
    'fatalErrorCount',
    'fixableErrorCount',
    'fixableWarningCount',
  ];
  return (
    isMessages(value['messages']) &&
    isMessages(value['suppressedMessages']) &&
    counts.every((name) => typeof value[name] === 'number') &&
    (value['source'] === undefined || value['source'] === null)
  );
}

function isMessages(value: Json | undefined): boolean {
  if (!Array.isArray(value)) return false;
  return (value as readonly Json[]).every(
    (message) =>
      isJsonObject(message) &&
      (message['ruleId'] === null || typeof message['ruleId'] === 'string') &&
      typeof message['message'] === 'string' &&
      (message['severity'] === 1 || message['severity'] === 2),
  );
}

function isGroup(value: Json): value is Json & SharedGroup {
  return isJsonObject(value) && isReach(value['reach']) && isTextOrNull(value['hash']);
}

function isEntry(value: Json, name: string, root: string): boolean {
  return (
    isJsonObject(value) &&
    localPath(name, root) !== undefined &&
    typeof value['hash'] === 'string' &&
    (value['size'] === null || typeof value['size'] === 'number') &&
    typeof value['group'] === 'string' &&
    isResults(value['results'])
  );
}

function isTextOrNull(value: Json | undefined): boolean {
  return value === null || typeof value === 'string';
}

function pick<T extends Json>(
  record: JsonObject,
  isGood: (value: Json, name: string) => value is T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).filter((pair): pair is [string, T] => isGood(pair[1], pair[0])),
  );
}
