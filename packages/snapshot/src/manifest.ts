import {
  isJsonObject,
  parseBlobRef,
  type BlobRef,
  type IndexEntry,
  type Json,
  type JsonObject,
} from '@cleanmiss/core';
import { maxUnchunkedBytes } from './chunking.js';
import { isPacked } from './packs.js';
import { isStatePath, type StatePath } from './safe-path.js';

/*
 * What no state of a checker comes near, and a manifest that somebody made up to harm us would go beyond. (1788 modules with
 * torch: 5365 files, 38 MB, a manifest of 1.2 MB.)
 */
export const maxFiles = 300_000;
export const maxFileBytes = 1024 * 1024 * 1024;
export const maxStateBytes = 8 * maxFileBytes;
/** All pages together: some 110,000 files of mypy, whose modules have long entries. In memory it takes some nine times as much. */
export const maxManifestBytes = 40 * 1024 * 1024;
/** Values in the facts of one unit. */
const maxFacts = 32;
/** In the 23rd century: ext4 ends with 2446, and is not the first to end. */
const maxMtimeMs = 2 ** 43;

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

/** By identity: the entry of a file that did not move is the same object from one capture to the next. */
export function isSameUnit(a: Unit, b: Unit): boolean {
  if (a.name !== b.name || a.required !== b.required || a.facts !== b.facts) return false;
  return a.files.length === b.files.length && a.files.every((file, i) => file === b.files[i]);
}

/**
 * A unit as a line of an index blob: garbage collection finds its blobs under `refs`, a reader the rest. Not among them are
 * files that lie in packs: those are another line's, and what is told here of such a file is what its content is.
 */
export function unitToIndexEntry(unit: Unit): IndexEntry {
  return {
    refs: unit.files.filter((file) => !isPacked(file)).flatMap((file) => file.refs),
    about: {
      unit: unit.name,
      ...(unit.required ? { required: true } : {}),
      facts: unit.facts,
      files: unit.files.map((file) => {
        const { path, mode, mtimeMs, size, refs } = file;
        const content = isPacked(file) ? [refs[0]!.digest, refs[0]!.checksum] : [refs.length];
        return [path, mode, mtimeMs, size, ...content];
      }),
    },
  };
}

/** `undefined` where the entry is no unit, or one that no capture has made: a path that leaves the slot, a blob of a gigabyte. */
export function unitFromIndexEntry({ about, refs }: IndexEntry): Unit | undefined {
  const { unit: name, facts, files: listed } = about;
  if (typeof name !== 'string' || !isJsonObject(facts) || !Array.isArray(listed)) return undefined;
  if (listed.length === 0 || countValues(facts) > maxFacts || refs.some(isTooLong)) return undefined;
  const files: FileEntry[] = [];
  let next = 0;
  for (const item of listed as readonly Json[]) {
    const file = parseFile(item, refs, next);
    if (!file) return undefined;
    files.push(file);
    if (!isPacked(file)) next += file.refs.length;
  }
  if (next !== refs.length) return undefined;
  return { name, required: about['required'] === true, facts, files };
}

function parseFile(item: Json, refs: readonly BlobRef[], first: number): FileEntry | undefined {
  if (!Array.isArray(item)) return undefined;
  const [path, mode, mtimeMs, size, ...content] = item as readonly Json[];
  if (typeof path !== 'string' || !isStatePath(path)) return undefined;
  if (!isMode(mode) || !isCount(size) || size > maxFileBytes) return undefined;
  if (mtimeMs !== null && !(isCount(mtimeMs) && mtimeMs <= maxMtimeMs)) return undefined;
  const own = content.length === 2 ? packedContent(size, content) : ownContent(size, content, refs, first);
  return own && { path, mode, mtimeMs, size, refs: own };
}

/** Of a file that lies in a pack. */
function packedContent(size: number, [digest, checksum]: readonly Json[]): readonly BlobRef[] | undefined {
  const ref = parseBlobRef({ digest: digest!, size, checksum: checksum! });
  return ref && isPacked({ size, refs: [ref] }) ? [ref] : undefined;
}

/** Of a file that is blobs of its own. */
function ownContent(
  size: number,
  [count]: readonly Json[],
  refs: readonly BlobRef[],
  first: number,
): readonly BlobRef[] | undefined {
  if (!isCount(count)) return undefined;
  const own = refs.slice(first, first + count);
  const total = own.reduce((sum, ref) => sum + ref.size, 0);
  return own.length === count && total === size && !isPacked({ size, refs: own }) ? own : undefined;
}

/** Permissions alone, and not without that of its owner to read it: nobody could capture such a file. */
function isMode(value: Json | undefined): value is number {
  return isCount(value) && value <= 0o777 && (value & 0o400) !== 0;
}

/** Memory is bounded by the longest blob: a capture makes none that is longer. */
function isTooLong({ size }: BlobRef): boolean {
  return size > maxUnchunkedBytes;
}

function countValues(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member: Json) => sum + countValues(member), 1);
}

/**
 * Do the units make up a state? No file twice, none where another wants a folder, no unit twice. Whether two names are
 * one to the file system that it is restored to, is found out there.
 */
export function isState(units: readonly Unit[]): boolean {
  const files = units.flatMap((unit) => unit.files);
  const paths = new Set<string>(files.map(({ path }) => path));
  if (files.length > maxFiles || paths.size !== files.length) return false;
  if (new Set(units.map(({ name }) => name)).size !== units.length) return false;
  if (files.reduce((sum, { size }) => sum + size, 0) > maxStateBytes) return false;
  return !files.some(({ path }) => foldersOf(path).some((folder) => paths.has(folder)));
}

/** Every folder above it, from the top. */
export function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
