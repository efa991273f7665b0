import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { parseJson, type JsonObject } from '@cleanmiss/core';
import type { ReadStateFile } from '@cleanmiss/snapshot';
import { isInside } from '../portable-path.js';
import { readFixedMeta, readJsonMeta, type ModuleMeta } from './module-meta.js';
import { stateFileOf } from './state-files.js';

/** Where the sources are that a state was made from. Absolute, links resolved, as mypy itself sees them. */
export interface SourcePlace {
  readonly cwd: string;
  readonly root: string;
  /** The context keeps checkouts in different places apart. */
  readonly isFixed: boolean;
}

/**
 * Of a module: `seen` (mtime, size and hash of the source it was made from), `source` (relative to the working directory where it is in the project), `interface` where the metas
 * leave it to us to keep account of it, `unfit` where the unit must not be kept, and why.
 */
export function moduleFacts(files: readonly string[], read: ReadStateFile, place: SourcePlace): JsonObject {
  const metaFiles = files.filter((file) => stateFileOf(file)?.kind === 'meta');
  const hasData = files.some((file) => stateFileOf(file)?.kind === 'data');
  // mypy never repairs a module whose meta has lost its data, and nobody reads data without a meta.
  if (metaFiles.length === 0 || !hasData) return { unfit: 'incomplete' };
  const metas = metaFiles.map((file) => readMeta(file, read));
  if (metas.includes('damaged')) return { unfit: 'damaged' };
  const known = metas.filter((meta) => typeof meta === 'object');
  const path = known.find((meta) => meta.path !== undefined)?.path;
  const unguarded = known.find((meta) => meta.unguarded)?.unguarded;
  const seen = known.find((meta) => meta.seen)?.seen;
  return {
    ...(seen ? { seen: [seen.mtime, seen.size, seen.hash] } : {}),
    ...(path === undefined ? {} : sourceFacts(path, files, read, place)),
    ...(unguarded ? { interface: unguarded.interfaceHash } : {}),
  };
}

/** mypy compares what this file says of each plugin (its version and a hash) at every start. */
export function pluginFacts(files: readonly string[], read: ReadStateFile): JsonObject {
  const bytes = read(files[0]!) ?? new Uint8Array();
  // Damaged, it is an error to mypy, of which it does not heal.
  if (parseJson(Buffer.from(bytes).toString('utf8')) === undefined) return { unfit: 'damaged' };
  return { plugins: createHash('sha256').update(bytes).digest('hex').slice(0, 16) };
}

/**
 * We cannot look at modules in a database. Where each meta guards its dependencies itself, that is well; metas in JSON
 * may be from 1.18 or before, which do not (see `unitsWithOutdatedView`): such a database is not kept.
 */
export function databaseFacts(files: readonly string[], read: ReadStateFile): JsonObject {
  const holdsJson = files.some((file) => Buffer.from(read(file) ?? []).includes('builtins.meta.json'));
  return holdsJson ? { unfit: 'unguarded' } : {};
}

/** `undefined`: of a format that we do not know. */
function readMeta(file: string, read: ReadStateFile): ModuleMeta | 'damaged' | undefined {
  const bytes = read(file);
  // Both bring mypy down; an `.ff` that is damaged otherwise is a miss to it.
  if (!bytes || bytes.length === 0) return 'damaged';
  return file.endsWith('.json') ? (readJsonMeta(bytes) ?? 'damaged') : readFixedMeta(bytes);
}

function sourceFacts(
  path: string,
  files: readonly string[],
  read: ReadStateFile,
  place: SourcePlace,
): JsonObject {
  if (!place.isFixed && namesPlace(path, files, read, place)) return { unfit: 'names its place' };
  const { cwd, root } = place;
  const absolute = resolve(cwd, path);
  // A nested mypy may have run in another directory than its command was started in: then we cannot tell.
  if (!isAbsolute(path) && !existsSync(absolute)) return {};
  return { source: isInside(absolute, root) ? relative(cwd, absolute).replaceAll(sep, '/') : absolute };
}

/**
 * From 1.19 on, errors are cached as rendered: those in files outside the working directory with an absolute path,
 * which is another one elsewhere. We look for the path of the source itself: once as such in the meta, and again with
 * errors.
 */
function namesPlace(
  path: string,
  files: readonly string[],
  read: ReadStateFile,
  { cwd }: SourcePlace,
): boolean {
  const absolute = resolve(cwd, path);
  // As it stands in `.ff` and in JSON, where a backslash is doubled.
  const forms = [...new Set([absolute, JSON.stringify(absolute).slice(1, -1)])];
  const small = files.filter((file) => stateFileOf(file)?.kind !== 'data');
  const texts = small.map((file) => Buffer.from(read(file) ?? []));
  const count = texts
    .flatMap((text) => forms.map((form) => occurrences(text, form)))
    .reduce((a, b) => a + b, 0);
  return count > (isAbsolute(path) ? 1 : 0);
}

function occurrences(text: Buffer, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) count++;
  return count;
}
