import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  type Cache,
  type CacheEntry,
  type CacheResult,
  type Json,
  type JsonObject,
  type Maintenance,
  type Meta,
  type MetaResult,
} from '@cleanmiss/core';
import { emptyIndex, findCandidates, refEntries, restoreState, SnapshotStore } from '@cleanmiss/snapshot';
import { contextHash, refNames, type Universe, type ValueText } from './universe.js';

/** Keys, blobs, states and refs by their number in the universe. A new put of a key is told from an old one by its `version`. */
export type Operation =
  | { readonly op: 'put'; readonly entries: readonly PutEntry[] }
  | { readonly op: 'get' | 'getMetas'; readonly keys: readonly number[] }
  | { readonly op: 'delete'; readonly key: number }
  | { readonly op: 'publish' | 'announce'; readonly state: number; readonly ref: number }
  | { readonly op: 'restore'; readonly ref: number }
  | { readonly op: 'gc'; readonly maxAgeMs: number; readonly graceMs: number }
  | { readonly op: 'verify' | 'stats' };

export interface PutEntry {
  readonly key: number;
  readonly version: number;
  readonly blobs: readonly number[];
  /** After the first entry of the put. */
  readonly follows: boolean;
}

/** What an operation answers, so that it can be compared and sent to another process. */
export type Answer = Json;

export interface Store {
  readonly cache: Cache;
  readonly maintenance: Maintenance;
}

export function entriesOf(entries: readonly PutEntry[], universe: Universe): readonly CacheEntry[] {
  const keyOf = ({ key }: PutEntry) => universe.userKeys[key]!;
  return entries.map((entry) => ({
    key: keyOf(entry),
    blobs: Object.fromEntries(entry.blobs.map((blob, i) => [`b${i}`, universe.blobs[blob]!.bytes])),
    attributes: { version: entry.version },
    ...(entry.follows ? { after: keyOf(entries[0]!) } : {}),
  }));
}

export async function perform(operation: Operation, store: Store, universe: Universe): Promise<Answer> {
  const { cache, maintenance } = store;
  switch (operation.op) {
    case 'put':
      await cache.putMany(entriesOf(operation.entries, universe));
      return null;
    case 'get':
      return (await cache.getMany(operation.keys.map((key) => universe.userKeys[key]!))).map(describeHit);
    case 'getMetas':
      return (await cache.getMetas(operation.keys.map((key) => universe.userKeys[key]!))).map(describeMeta);
    case 'delete':
      await cache.delete(universe.userKeys[operation.key]!);
      return null;
    case 'publish':
    case 'announce':
      return await publish(operation, cache, universe);
    case 'restore':
      return await restore(operation.ref, cache, universe);
    case 'gc': {
      const { removedMetas, removedBlobs, keptBlobs } = await maintenance.gc(operation);
      return { removedMetas, removedBlobs, keptBlobs };
    }
    case 'verify': {
      const found = await maintenance.verify();
      const { metas, blobs, corruptBlobs, corruptMetas, incompleteMetas, unknownFormats } = found;
      return { metas, blobs, corruptBlobs, corruptMetas, incompleteMetas, unknownFormats };
    }
    case 'stats': {
      const { metas, blobs } = await maintenance.stats();
      return { metas, blobs };
    }
  }
}

/** With the names and contents of its blobs. */
function describeHit(result: CacheResult): Json {
  if (!result.hit) return result.reason;
  const blobs = [...result.blobs].map(([name, bytes]) => [name, Buffer.from(bytes).toString()] as const);
  return { value: textOf(result.meta), blobs: Object.fromEntries(blobs) };
}

function describeMeta(result: MetaResult): Json {
  return result.hit ? { value: textOf(result.meta) } : result.reason;
}

export function textOf({ blobs, attributes }: Pick<Meta, 'blobs' | 'attributes'>): ValueText {
  const named = Object.fromEntries(blobs) as unknown as JsonObject;
  return canonicalJson({ blobs: named, attributes }) as ValueText;
}

async function publish(
  { op, state, ref }: Extract<Operation, { op: 'publish' | 'announce' }>,
  cache: Cache,
  universe: Universe,
): Promise<Answer> {
  const { prepared, directory } = universe.states[state]!;
  const snapshots = new SnapshotStore(cache);
  const refs = refEntries(contextHash, [{ name: refNames[ref]!, shared: true }], prepared.id);
  if (op === 'announce') return await snapshots.announce(prepared.id, cache, refs);
  return { ...(await snapshots.save(prepared, directory, { refs })) };
}

/** Why not, or the files that came back. */
async function restore(ref: number, cache: Cache, { scratch }: Universe): Promise<Answer> {
  const { candidates, trouble } = await findCandidates(cache, contextHash, [refNames[ref]!]);
  const [candidate] = candidates;
  if (!candidate) return trouble ?? 'absent';
  const loaded = await new SnapshotStore(cache).load(candidate.snapshot);
  if (!loaded.ok) return loaded.reason;
  const directory = mkdtempSync(join(scratch, 'restored-'));
  try {
    await restoreState(directory, loaded.snapshot, emptyIndex, cache.blobs);
    const names = readdirSync(directory).sort();
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
