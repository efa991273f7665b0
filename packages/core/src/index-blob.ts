import { blobRefToJson, parseBlobRef, type BlobRef } from './blob-ref.js';
import { canonicalJson, isJsonObject, parseJson, type Json, type JsonObject } from './json.js';

/**
 * One entry of an index blob: a small JSON object of the writer's with the blobs it names under `refs`.
 * A meta marks such a blob with `index: true`; garbage collection follows it without knowing what else it says.
 */
export interface IndexEntry {
  readonly refs: readonly BlobRef[];
  readonly about: JsonObject;
}

/** JSON, one entry a line: a change in one entry leaves the bytes of all others as they were. */
export function encodeIndex(entries: Iterable<IndexEntry>): Uint8Array {
  return indexOfLines(Array.from(entries, encodeIndexLine));
}

/** Without its end. */
export function encodeIndexLine({ refs, about }: IndexEntry): string {
  return canonicalJson({ ...about, refs: refs.map(blobRefToJson) });
}

export function indexOfLines(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** `undefined` where the bytes are no index: whoever reads it has a corrupt blob before it. */
export function decodeIndex(bytes: Uint8Array): readonly IndexEntry[] | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const entries: IndexEntry[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const entry = parseLine(line);
    if (!entry) return undefined;
    entries.push(entry);
  }
  return entries;
}

function parseLine(line: string): IndexEntry | undefined {
  const value = parseJson(line);
  if (!isJsonObject(value)) return undefined;
  const { refs: listed, ...about } = value;
  if (!Array.isArray(listed)) return undefined;
  const refs: BlobRef[] = [];
  for (const item of listed as readonly Json[]) {
    const ref = parseBlobRef(item);
    if (!ref) return undefined;
    refs.push(ref);
  }
  return { refs, about };
}
