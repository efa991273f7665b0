import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeIndex, decodeMeta, keyHashOf, loadChecksum, type BlobRef, type Meta } from '@cleanmiss/core';

const checksumOf = await loadChecksum();

/** What was damaged before, and is not the killed process's fault. */
export interface Planted {
  /** Names of metas, which are hashes of keys. */
  readonly metas?: readonly string[];
  /** Digests of blobs that are damaged or missing. */
  readonly blobs?: readonly string[];
}

/**
 * The files themselves, not as the store reads them: every meta is whole and under its own name, and every blob that it names,
 * or that an index blob of it lists, is there with its own content. Answers which blobs those are.
 */
export function expectNoMetaWithoutBlobs(directory: string, planted: Planted = {}): ReadonlySet<string> {
  const named = new Set<string>();
  for (const [name, path] of namedFiles(directory, 'metas')) {
    const decoded = decodeMeta(readFileSync(path), checksumOf);
    if (planted.metas?.includes(name) && !decoded.ok) continue;
    assert.ok(decoded.ok, `a meta is whole: ${path}`);
    assert.equal(keyHashOf(decoded.meta.key), name, 'a meta is under its own name');
    for (const { digest, size } of blobsOf(directory, decoded.meta)) {
      named.add(digest);
      if (planted.blobs?.includes(digest)) continue;
      const bytes = readBlob(directory, digest);
      assert.ok(bytes, `a blob is there before the meta that names it: ${JSON.stringify(decoded.meta.key)}`);
      assert.equal(bytes.length, size);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), digest, 'a blob is what it is named');
    }
  }
  return named;
}

/** After a collection: metas, the blobs that they name, the marker. */
export function expectNoLitter(directory: string, planted: Planted = {}): void {
  const named = expectNoMetaWithoutBlobs(directory, planted);
  for (const path of storeFilesIn(directory)) {
    const name = /^v1\/(?:blobs|metas)\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(path)?.slice(1).join('');
    assert.ok(path === 'v1/store.json' || name !== undefined, `left over: ${path}`);
    if (path.startsWith('v1/blobs/')) assert.ok(named.has(name!), `lost: ${path}`);
  }
}

/** Everything that is in a store, but for its id. */
export function contentsOf(directory: string): readonly string[] {
  return storeFilesIn(directory).map((path) => {
    if (path === 'v1/store.json') return path;
    const digest = createHash('sha256')
      .update(readFileSync(join(directory, path)))
      .digest('hex');
    return `${path} ${digest}`;
  });
}

/** Without what stands beside it: journals of remotes. */
function storeFilesIn(directory: string): readonly string[] {
  return filesIn(directory).filter((path) => path.startsWith('v1/'));
}

export function filesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
}

function blobsOf(directory: string, meta: Meta): readonly BlobRef[] {
  return [...meta.blobs.values()].flatMap((ref) => {
    const bytes = ref.index ? readBlob(directory, ref.digest) : undefined;
    return [ref, ...(bytes ? decodeIndex(bytes)! : []).flatMap(({ refs }) => refs)];
  });
}

function readBlob(directory: string, digest: string): Uint8Array | undefined {
  const path = join(directory, 'v1/blobs', digest.slice(0, 2), digest.slice(2));
  return existsSync(path) ? readFileSync(path) : undefined;
}

function* namedFiles(directory: string, kind: string): Iterable<readonly [string, string]> {
  for (const path of filesIn(join(directory, 'v1', kind))) {
    if (/^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(path))
      yield [path.replace('/', ''), join(directory, 'v1', kind, path)];
  }
}
