import { isJsonObject, type BlobRef, type IndexEntry, type Json, type JsonObject } from '@cleanmiss/core';
import { isStatePath, type StatePath } from './safe-path.js';

/** One file of a state. */
export interface FileEntry {
  readonly path: StatePath;
  /** Permission bits. */
  readonly mode: number;
  /**
   * Milliseconds since 1970, rounded down: a checker that compares whole seconds sees the same second. `null` where
   * the checker does not look at it.
   */
  readonly mtimeMs: number | null;
  readonly size: number;
  /** The content, in order: one blob, or the chunks of a large file, or none for an empty file. */
  readonly refs: readonly BlobRef[];
}

/** Files that are only valid together. */
export interface Unit {
  readonly name: string;
  /** Without it, the rest of the snapshot must not be used. */
  readonly required: boolean;
  /** What the checker's layout remembers of it. */
  readonly facts: JsonObject;
  readonly files: readonly FileEntry[];
}

export function sameContent(a: FileEntry, b: FileEntry): boolean {
  if (a.size !== b.size || a.refs.length !== b.refs.length) return false;
  return a.refs.every((ref, i) => ref.digest === b.refs[i]!.digest);
}

/** A unit as a line of an index blob: garbage collection finds its blobs under `refs`, a reader the rest. */
export function unitToIndexEntry(unit: Unit): IndexEntry {
  return {
    refs: unit.files.flatMap((file) => file.refs),
    about: {
      unit: unit.name,
      ...(unit.required ? { required: true } : {}),
      facts: unit.facts,
      files: unit.files.map(({ path, mode, mtimeMs, size, refs }) => [
        path,
        mode,
        mtimeMs,
        size,
        refs.length,
      ]),
    },
  };
}

/** `undefined` where the entry is no unit, or names a path that could leave the slot. */
export function unitFromIndexEntry({ about, refs }: IndexEntry): Unit | undefined {
  const { unit: name, facts, files: listed } = about;
  if (typeof name !== 'string' || !isJsonObject(facts) || !Array.isArray(listed)) return undefined;
  const files: FileEntry[] = [];
  let next = 0;
  for (const item of listed as readonly Json[]) {
    const file = parseFile(item, refs, next);
    if (!file) return undefined;
    files.push(file);
    next += file.refs.length;
  }
  if (next !== refs.length) return undefined;
  return { name, required: about['required'] === true, facts, files };
}

function parseFile(item: Json, refs: readonly BlobRef[], first: number): FileEntry | undefined {
  if (!Array.isArray(item)) return undefined;
  const [path, mode, mtimeMs, size, count] = item as readonly Json[];
  if (typeof path !== 'string' || !isStatePath(path)) return undefined;
  if (!isCount(mode) || mode > 0o777 || !isCount(size) || !isCount(count)) return undefined;
  if (mtimeMs !== null && !isCount(mtimeMs)) return undefined;
  const own = refs.slice(first, first + count);
  const total = own.reduce((sum, ref) => sum + ref.size, 0);
  return own.length === count && total === size ? { path, mode, mtimeMs, size, refs: own } : undefined;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
