import { isJsonObject, parseJson } from '@cleanmiss/core';

/** The source of a module as it was when its meta was written. */
export interface SourceSeen {
  /** Seconds since 1970, rounded down. */
  readonly mtime: number;
  readonly size: number;
  /** Of its bytes, in hex: SHA-256 in old versions, SHA-1 since. */
  readonly hash: string;
}

/** What we read in the meta of a module. */
export interface ModuleMeta {
  /** The source as mypy was given it or found it: relative to its working directory, or absolute. */
  readonly path?: string;
  readonly seen?: SourceSeen;
  /**
   * Up to 1.18, metas do not say against which interfaces of its dependencies a module was checked: then its own
   * interface is here, and the names of its dependencies, so that account can be kept of them from outside.
   */
  readonly unguarded?: { readonly interfaceHash: string; readonly dependencies: readonly string[] };
}

/** The longest known has a tenth of a megabyte. */
const maxJsonBytes = 8 * 1024 * 1024;

/** A `.meta.json`. `undefined` where it is no JSON object: mypy would stumble over it. */
export function readJsonMeta(bytes: Uint8Array): ModuleMeta | undefined {
  if (bytes.length > maxJsonBytes) return undefined;
  const document = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (!isJsonObject(document)) return undefined;
  const {
    path,
    interface_hash: interfaceHash,
    dependencies,
    dep_hashes: guarded,
  } = document as Record<string, unknown>;
  const seen = seenIn(document);
  const source = { ...(typeof path === 'string' ? { path } : {}), ...(seen ? { seen } : {}) };
  if (guarded !== undefined || typeof interfaceHash !== 'string' || !Array.isArray(dependencies))
    return source;
  const names = (dependencies as readonly unknown[]).filter((name) => typeof name === 'string');
  return { ...source, unguarded: { interfaceHash, dependencies: names } };
}

/**
 * A `.meta.ff` (1.19 to 2.4, mypy/cache.py): two bytes of format versions, then the module's name, its path, the mtime,
 * the size and the hash of its source, each with a tag before it, then much that we need not know; among it the
 * interfaces of its dependencies. `undefined` where it is none, or of a format to come.
 */
export function readFixedMeta(bytes: Uint8Array): ModuleMeta | undefined {
  const name = readString(bytes, 2);
  const path = name && readString(bytes, name.end);
  if (!path) return undefined;
  const mtime = readTaggedInteger(bytes, path.end);
  const size = mtime && readTaggedInteger(bytes, mtime.end);
  const hash = size && readString(bytes, size.end);
  const seen = hash && { mtime: mtime.value, size: size.value, hash: hash.text };
  return { path: path.text, ...(seen ? { seen } : {}) };
}

function seenIn({ mtime, size, hash }: Readonly<Record<string, unknown>>): SourceSeen | undefined {
  if (typeof mtime !== 'number' || typeof size !== 'number' || typeof hash !== 'string') return undefined;
  // Versions differ in whether they round it when they write it or when they compare it.
  return { mtime: Math.floor(mtime), size, hash };
}

const integerTag = 3;
const stringTag = 4;
const longIntegerMark = 15;

function readTaggedInteger(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  if (bytes[at] !== integerTag) return undefined;
  return bytes[at + 1] === longIntegerMark ? readLongInteger(bytes, at + 2) : readInteger(bytes, at + 1);
}

/** The number of bytes and the sign as a short integer, then the bytes, lowest first. Beyond 2^48: `undefined`. */
function readLongInteger(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const head = readInteger(bytes, at);
  if (!head || head.value < 0) return undefined;
  const [length, isNegative] = [head.value >> 1, (head.value & 1) === 1];
  const end = head.end + length;
  if (length < 1 || length > 6 || end > bytes.length) return undefined;
  const value = Buffer.from(bytes.subarray(head.end, end)).readUIntLE(0, length);
  return { value: isNegative ? -value : value, end };
}

function readString(bytes: Uint8Array, at: number): { text: string; end: number } | undefined {
  if (bytes[at] !== stringTag) return undefined;
  const length = readInteger(bytes, at + 1);
  if (!length || length.value < 0 || length.end + length.value > bytes.length) return undefined;
  const end = length.end + length.value;
  return { text: Buffer.from(bytes.subarray(length.end, end)).toString('utf8'), end };
}

/**
 * mypyc's short integers (librt_internal.c): one, two or four bytes; the low bits say which, an offset lets in
 * negatives.
 */
function readInteger(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view[at];
  if (first === undefined) return undefined;
  if ((first & 1) === 0) return { value: (first >> 1) - 10, end: at + 1 };
  if ((first & 2) === 0) {
    return at + 2 > view.length ? undefined : { value: (view.readUInt16LE(at) >> 2) - 100, end: at + 2 };
  }
  // All four low bits set: an arbitrarily long one, which no length is.
  if ((first & 4) !== 0 || at + 4 > view.length) return undefined;
  return { value: (view.readUInt32LE(at) >>> 3) - 10_000, end: at + 4 };
}
