import { rmSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isJsonObject, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import { readOwnFile, replaceFile } from '@cleanmiss/snapshot';
import { isInside } from '../mypy/mypy-context.js';
import { formatFlatted, parseFlatted } from './flatted.js';

/**
 * The cache file of the npm package file-entry-cache, which ESLint, Prettier and Stylelint keep: what is known of each file, under its
 * path.
 */
export interface EntryFile {
  /** `map` up to version 8 of the package; `list` of keys and values from version 10 on. */
  readonly form: 'map' | 'list';
  /** By path. */
  readonly entries: ReadonlyMap<string, JsonObject>;
}

const maxFileBytes = 512 * 1024 * 1024;

/** `undefined` where there is none, or none of a form that we know. */
export function readEntryFile(file: string): EntryFile | undefined {
  const document = parseFlatted(readJson(file));
  if (Array.isArray(document))
    return { form: 'list', entries: new Map((document as Json[]).flatMap(pairOf)) };
  if (!isJsonObject(document)) return undefined;
  const pairs = Object.entries(document);
  return { form: 'map', entries: new Map(pairs.filter((pair): pair is Pair => isJsonObject(pair[1]))) };
}

/** Without entries there is to be no file. */
export function writeEntryFile(file: string, { form, entries }: EntryFile): void {
  if (entries.size === 0) {
    rmSync(file, { recursive: true, force: true });
    return;
  }
  const pairs = [...entries];
  const document = form === 'map' ? Object.fromEntries(pairs) : pairs.map(([key, value]) => ({ key, value }));
  replaceFile(file, formatFlatted(document));
}

/** The files of a state that are ours: JSON in one order, written only where it says something else than before. */
export function writeJson(file: string, document: Json): void {
  const text = JSON.stringify(document);
  if (readOwnFile(file, maxFileBytes)?.toString('utf8') !== text) replaceFile(file, text);
}

export function readJson(file: string): Json | undefined {
  return parseJson(readOwnFile(file, maxFileBytes)?.toString('utf8') ?? '');
}

/** How a file of the project is called on every machine; `undefined` for one that is not in it. */
export function portableName(path: string, root: string): string | undefined {
  if (!isAbsolute(path) || !isInside(path, root)) return undefined;
  return relative(root, path).replaceAll(sep, '/');
}

/** The way back. What a stranger has written must not lead out of the project. */
export function localPath(name: string, root: string): string | undefined {
  const path = resolve(root, name);
  return portableName(path, root) === name ? path : undefined;
}

type Pair = [string, JsonObject];

function pairOf(item: Json): readonly Pair[] {
  if (!isJsonObject(item)) return [];
  const { key, value } = item as { key?: Json; value?: Json };
  return typeof key === 'string' && isJsonObject(value) ? [[key, value]] : [];
}
