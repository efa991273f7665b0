import {
  blobOf,
  encodeMeta,
  indexOfLines,
  keyHashOf,
  loadChecksum,
  type Blob,
  type BlobStore,
  type Json,
  type JsonObject,
  type MetaStore,
} from '@cleanmiss/core';
import { SnapshotStore, snapshotKey, type LoadedSnapshot } from '@cleanmiss/snapshot';
import { maxPackedBytes } from '../../src/packs.js';
import { idOfPages } from '../../src/pages.js';
import { memoryTiers } from './fixtures.js';

const checksumOf = await loadChecksum();

export function blobFrom(content: string | Uint8Array): Blob {
  return blobOf(Buffer.from(content), checksumOf);
}

export const content = blobFrom('content');

/** A file as a page lists it; `file` says otherwise. */
export interface ListedFile {
  readonly path: Json;
  readonly mode?: Json;
  readonly mtimeMs?: Json;
  readonly size?: Json;
  readonly refs?: readonly Json[];
}

export interface ListedUnit {
  readonly name?: string;
  readonly facts?: Json;
  readonly files: readonly ListedFile[];
}

function refsOf({ refs = [{ ...content.ref }] }: ListedFile): readonly Json[] {
  return refs;
}

/** One line of a page, as whoever means harm would write it. */
export function lineOf({ name = 'u', facts = {}, files }: ListedUnit): string {
  const listed = files.map((file) => {
    const { path, mode = 0o644, mtimeMs = null, size = content.bytes.length } = file;
    const [ref] = refsOf(file) as readonly JsonObject[];
    const about = isPacked(file) ? [ref!['digest']!, ref!['checksum']!] : [refsOf(file).length];
    return [path, mode, mtimeMs, size, ...about];
  });
  const refs = files.filter((file) => !isPacked(file)).flatMap(refsOf);
  return JSON.stringify({ unit: name, facts, files: listed, refs });
}

/** As a capture has it: one blob, and a short one. */
function isPacked({ size, refs }: ListedFile): boolean {
  return (refs?.length ?? 1) === 1 && !(typeof size === 'number' && size > maxPackedBytes);
}

/** Each small file lies in a pack of its own, whose content is the file's. */
export function pageOf(units: readonly ListedUnit[]): Blob {
  const packed = units.flatMap(({ files }) => files).filter(isPacked);
  const refs = packed.flatMap((file) => refsOf(file));
  const packs = JSON.stringify({ packs: packed.map(() => 1), refs });
  return blobFrom(indexOfLines([...units.map(lineOf), ...(packed.length > 0 ? [packs] : [])]));
}

/** Stands in the stores under its right name, with right hashes throughout; answers its id. */
export async function plantIn(
  { blobs, metas }: { readonly blobs: BlobStore; readonly metas: MetaStore },
  pages: readonly Blob[],
  others: readonly Blob[] = [content],
): Promise<string> {
  const id = idOfPages(pages.map(({ ref }) => ref.digest));
  await blobs.putMany([...pages, ...others]);
  const named = new Map(pages.map(({ ref }, i) => [String(i), { ...ref, index: true as const }]));
  const key = snapshotKey(id);
  const meta = { key, blobs: named, attributes: {}, writer: 'somebody', time: 0 };
  await metas.put(keyHashOf(key), encodeMeta(meta, checksumOf));
  return id;
}

/** The same in a cache of its own. */
export async function plant(pages: readonly Blob[], others?: readonly Blob[]) {
  const { cache, metas, inner } = memoryTiers();
  return { cache, id: await plantIn({ blobs: inner, metas }, pages, others) };
}

export async function loadPlanted(pages: readonly Blob[]): Promise<LoadedSnapshot> {
  const { cache, id } = await plant(pages);
  return new SnapshotStore(cache).load(id);
}
