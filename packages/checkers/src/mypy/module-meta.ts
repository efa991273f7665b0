import { isJsonObject, parseJson } from '@cleanmiss/core';

/** What we read in the meta of a module. */
export interface ModuleMeta {
  /** The source as mypy was given it or found it: relative to its working directory, or absolute. */
  readonly path?: string;
  /**
   * Up to 1.18, metas do not say against which interfaces of its dependencies a module was checked: then its own
   * interface is here, and the names of its dependencies, so that account can be kept of them from outside.
   */
  readonly unguarded?: { readonly interfaceHash: string; readonly dependencies: readonly string[] };
}

/** A `.meta.json`. `undefined` where it is no JSON object: mypy would stumble over it. */
export function readJsonMeta(bytes: Uint8Array): ModuleMeta | undefined {
  const document = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (!isJsonObject(document)) return undefined;
  const {
    path,
    interface_hash: interfaceHash,
    dependencies,
    dep_hashes: guarded,
  } = document as Record<string, unknown>;
  const source = typeof path === 'string' ? { path } : {};
  if (guarded !== undefined || typeof interfaceHash !== 'string' || !Array.isArray(dependencies))
    return source;
  const names = (dependencies as readonly unknown[]).filter((name) => typeof name === 'string');
  return { ...source, unguarded: { interfaceHash, dependencies: names } };
}

/**
 * A `.meta.ff` (1.19 to 2.4, mypy/cache.py): two bytes of format versions, then the module's name and its path as
 * tagged strings, then much that we need not know; among it the interfaces of its dependencies. `undefined` where it
 * is none, or of a format to come.
 */
export function readFixedMeta(bytes: Uint8Array): ModuleMeta | undefined {
  const name = readString(bytes, 2);
  const path = name && readString(bytes, name.end);
  return path && { path: path.text };
}

const stringTag = 4;

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
