import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join, resolve } from 'node:path';
import { isJsonObject, type Json } from '@cleanmiss/core';
import { foldersFrom, readJsonFile } from './npm-package.js';

export interface ConfigSearch {
  readonly root: string;
  /** Files of these names hold settings, wherever they lie. */
  readonly names: RegExp;
  /** And these members of `package.json`. */
  readonly members: readonly string[];
  /** Named on the command line, absolute. */
  readonly named: readonly string[];
}

export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** Above the project. */
  readonly isAbove: boolean;
}

/** All that may hold settings for a file of the project. */
export function findConfigFiles(search: ConfigSearch): readonly ConfigFile[] {
  const { root, named } = search;
  const inside = walk(root, search);
  const above = foldersFrom(root)
    .slice(1)
    .flatMap((folder) =>
      entriesOf(folder).map((entry) => configAt(join(folder, entry.name), entry.name, search)),
    );
  const chosen = named.map((file) => ({
    path: file,
    text: textOf(resolve(root, file)) ?? '',
    isAbove: false,
  }));
  const paths = new Set(inside.map(({ path }) => path));
  return [
    ...inside,
    ...chosen.filter(({ path }) => !paths.has(path)),
    ...above.filter((file) => file !== undefined).map((file) => ({ ...file, isAbove: true })),
  ];
}

/** Names their content, and in the project their places. */
export function digestOfConfigs(files: readonly ConfigFile[], root: string): string {
  const parts = files.map(({ path, text, isAbove }) => [isAbove ? '<above>' : path.slice(root.length), text]);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function walk(folder: string, search: ConfigSearch): readonly ConfigFile[] {
  return entriesOf(folder).flatMap((entry) => {
    if (entry.isDirectory()) {
      return ['node_modules', '.git', '.cleanmiss'].includes(entry.name)
        ? []
        : walk(join(folder, entry.name), search);
    }
    const file = configAt(join(folder, entry.name), entry.name, search);
    return file ? [file] : [];
  });
}

function configAt(path: string, name: string, { names, members }: ConfigSearch): ConfigFile | undefined {
  const text =
    name === 'package.json' ? membersOf(path, members) : names.test(name) ? textOf(path) : undefined;
  return text === undefined ? undefined : { path, text, isAbove: false };
}

function membersOf(path: string, members: readonly string[]): string | undefined {
  const manifest = readJsonFile(path) ?? {};
  const found: Record<string, Json> = {};
  for (const name of members) if (manifest[name] !== undefined) found[name] = manifest[name];
  return isJsonObject(found) && Object.keys(found).length > 0 ? JSON.stringify(found) : undefined;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
