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

/**
 * What says that it is longer is no index: neither a meta nor a journal names one. Who follows indexes, as a collection does, reads
 * them whole.
 */
export const maxIndexBlobBytes = 32 * 1024 * 1024;

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

const maxEntriesOfIndex = 65_536;
/** The line of a file of a gigabyte has half as many. Parsed, it may take twenty times as much. */
const maxLineBytes = 8 * 1024 * 1024;

/** `undefined` where the bytes are no index, or a longer one: whoever reads it has a corrupt blob before it. */
export function decodeIndex(
  bytes: Uint8Array,
  maxEntries = maxEntriesOfIndex,
): readonly IndexEntry[] | undefined {
  const entries: IndexEntry[] = [];
  for (const entry of indexEntriesOf(bytes)) {
    if (!entry || entries.length === maxEntries) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** For whoever looks at each before the next is parsed. `undefined` stands for a line that is none. */
export function* indexEntriesOf(bytes: Uint8Array): Iterable<IndexEntry | undefined> {
  for (const line of linesOf(bytes, maxLineBytes)) yield line === undefined ? undefined : parseLine(line);
}

/**
 * One at a time, without the empty ones: of nothing but line ends, a list would be eight times as long as the bytes.
 * `undefined` stands for a longer line.
 */
export function* linesOf(bytes: Uint8Array, maxBytes: number): Iterable<string | undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < buffer.length;) {
    const found = buffer.indexOf(0x0a, start);
    const end = found < 0 ? buffer.length : found;
    if (end - start > maxBytes) yield undefined;
    else if (end > start) yield buffer.toString('utf8', start, end);
    start = end + 1;
  }
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
