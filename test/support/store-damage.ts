import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMeta, loadChecksum, type Meta } from '@cleanmiss/core';

export type StoredKind = 'blob' | 'manifest page' | 'snapshot meta' | 'ref';

/** Where to strike, each beside a valid file of the same kind: every ref, every page, the snapshot, or some blobs. */
export async function storedFilesOf(
  store: string,
  kind: StoredKind,
): Promise<readonly (readonly [string, string])[]> {
  const metas = await readMetas(store);
  const typeOf = ({ meta }: { readonly meta: Meta }) => (meta.key as { readonly type?: string }).type;
  const refs = metas.filter((meta) => typeOf(meta) === 'ref');
  const snapshots = metas.filter((meta) => typeOf(meta) === 'snapshot');
  const pages = snapshots
    .flatMap(({ meta }) => [...meta.blobs.values()])
    .map(({ digest }) => blobPath(store, digest));
  const blobs = filesBelow(join(store, 'v1', 'blobs')).filter((file) => !pages.includes(file));
  switch (kind) {
    case 'ref':
      return refs.map(({ file }) => [file, snapshots[0]!.file] as const);
    case 'snapshot meta':
      return snapshots.map(({ file }) => [file, refs[0]!.file] as const);
    case 'manifest page':
      return pages.map((file) => [file, blobs[0]!] as const);
    case 'blob':
      return blobs.filter((_, i) => i % 20 === 7).map((file) => [file, pages[0]!] as const);
  }
}

/** As a bad disk does: one bit, in place; `where` is between 0 and 1. */
export function flip(file: string, where: number): void {
  const bytes = readFileSync(file);
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * where));
  bytes[at] = bytes[at]! ^ 0x40;
  writeFileSync(file, bytes);
}

async function readMetas(store: string): Promise<readonly { readonly file: string; readonly meta: Meta }[]> {
  const checksumOf = await loadChecksum();
  return filesBelow(join(store, 'v1', 'metas')).flatMap((file) => {
    const decoded = decodeMeta(readFileSync(file), checksumOf);
    return decoded.ok ? [{ file, meta: decoded.meta }] : [];
  });
}

function blobPath(store: string, digest: string): string {
  return join(store, 'v1', 'blobs', digest.slice(0, 2), digest.slice(2));
}

function filesBelow(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
