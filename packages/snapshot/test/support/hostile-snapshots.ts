import {
  blobOf,
  encodeMeta,
  indexOfLines,
  keyHashOf,
  loadChecksum,
  type Blob,
  type BlobStore,
  type Json,
  type MetaStore,
} from '@cleanmiss/core';
import { SnapshotStore, snapshotKey, type LoadedSnapshot } from '@cleanmiss/snapshot';
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

/** One line of a page, as whoever means harm would write it. */
export function lineOf({ name = 'u', facts = {}, files }: ListedUnit): string {
  const refsOf = ({ refs = [{ ...content.ref }] }: ListedFile) => refs;
  const listed = files.map((file) => {
    const { path, mode = 0o644, mtimeMs = null, size = content.bytes.length } = file;
    return [path, mode, mtimeMs, size, refsOf(file).length];
  });
  return JSON.stringify({ unit: name, facts, files: listed, refs: files.flatMap(refsOf) });
}

export function pageOf(units: readonly ListedUnit[]): Blob {
  return blobFrom(indexOfLines(units.map(lineOf)));
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
