import assert from 'node:assert/strict';
import {
  decodeIndex,
  decodeMeta,
  keyHashOf,
  loadChecksum,
  VerifyingBlobStore,
  type BlobRef,
  type BlobStore,
  type JsonObject,
  type KeyHash,
  type Meta,
  type MetaStore,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { openRedisStore } from '@cleanmiss/redis-backend';
import { snapshotKey } from '@cleanmiss/snapshot';

type Metas = ReadonlyMap<KeyHash, Meta>;

interface Stores {
  readonly blobs: BlobStore;
  readonly metas: MetaStore;
}

/** All metas of a Redis, having made sure that it holds what they name, by looking at every one of the names. */
export async function metasOfWholeRemote(url: string, about = ''): Promise<Metas> {
  const [address = '', namespace = 'default'] = url.split('#');
  const store = openRedisStore({ url: address, namespace });
  try {
    const { metas, dangling } = await walk(store);
    assert.deepEqual(dangling, [], `metas of the remote that lead nowhere ${about}`);
    return metas;
  } finally {
    store.close();
  }
}

/** What in a Redis leads nowhere, in words. */
export async function danglingIn(url: string): Promise<readonly string[]> {
  const store = openRedisStore({ url, connectTimeoutMs: 5000 });
  try {
    return (await walk(store)).dangling;
  } finally {
    store.close();
  }
}

/** The metas of a machine's own store that are meant for others too: all but what stands under a worktree's name. */
export async function metasForOthers(directory: string): Promise<Metas> {
  const metas = await readMetas(openFsStore({ directory }).metas);
  return new Map([...metas].filter(([, { key }]) => (key as JsonObject)['by'] !== 'worktree'));
}

/** What a meta says, without who said it when. */
export function contentOf({ key, blobs, attributes }: Meta) {
  return { key, blobs: [...blobs], attributes };
}

/** Metas of one kind, such as `snapshot`, `ref` or `set-aside`. */
export function ofType(metas: Metas, type: string): readonly Meta[] {
  return [...metas.values()].filter(({ key }) => (key as JsonObject)['type'] === type);
}

async function walk({
  blobs,
  metas: stored,
}: Stores): Promise<{ metas: Metas; dangling: readonly string[] }> {
  const metas = await readMetas(stored);
  const [named, indexes] = [new Map<string, BlobRef>(), new Map<string, BlobRef>()];
  for (const meta of metas.values()) {
    for (const ref of meta.blobs.values()) (ref.index ? indexes : named).set(ref.digest, ref);
  }
  const dangling: string[] = [];
  const pages = [...indexes.values()];
  const found = await new VerifyingBlobStore(blobs, { by: 'digest' }).getMany(pages);
  found.forEach((result, i) => {
    const lines = result.found ? decodeIndex(result.bytes) : undefined;
    if (!lines) dangling.push(`page ${pages[i]!.digest}: ${result.found ? 'no index' : result.reason}`);
    for (const ref of lines?.flatMap(({ refs }) => refs) ?? []) named.set(ref.digest, ref);
  });
  for (const { digest } of await blobs.findMissing([...named.values()])) dangling.push(`blob ${digest}`);
  return { metas, dangling: [...dangling, ...(await danglingRefs(metas, stored))] };
}

/** A ref is put after the snapshot that it leads to. Asked for by name: it may be younger than the list of all metas. */
async function danglingRefs(metas: Metas, stored: MetaStore): Promise<readonly string[]> {
  const refs = ofType(metas, 'ref');
  const keys = refs.map(({ attributes }) => keyHashOf(snapshotKey(attributes['snapshot'] as string)));
  const snapshots = await stored.getMany(keys);
  return refs.filter((_, i) => !snapshots[i]).map(({ key }) => `ref ${JSON.stringify(key)}`);
}

async function readMetas(store: MetaStore): Promise<Metas> {
  const checksumOf = await loadChecksum();
  const keys: KeyHash[] = [];
  for await (const key of store.list()) keys.push(key);
  const metas = new Map<KeyHash, Meta>();
  (await store.getMany(keys)).forEach((bytes, i) => {
    if (!bytes) return;
    const decoded = decodeMeta(bytes, checksumOf);
    assert.ok(decoded.ok, `a meta is ${decoded.ok ? '' : decoded.reason}`);
    metas.set(keys[i]!, decoded.meta);
  });
  return metas;
}
