import type { Cache, JsonObject } from '@cleanmiss/core';
import { refKey, type RefName } from './keys.js';

/** Where a snapshot was found, nearest first as they were asked for. */
export interface Candidate {
  readonly snapshot: string;
  readonly name: RefName;
}

/** Follows refs within one hard context, in one batch. Refs that are not there, or damaged, are passed over. */
export async function findCandidates(
  cache: Cache,
  contextHash: string,
  names: readonly RefName[],
): Promise<readonly Candidate[]> {
  const results = await cache.getMetas(names.map((name) => refKey(contextHash, name)));
  const candidates = new Map<string, Candidate>();
  for (const [i, result] of results.entries()) {
    const snapshot = result.hit ? result.meta.attributes['snapshot'] : undefined;
    if (typeof snapshot !== 'string' || candidates.has(snapshot)) continue;
    candidates.set(snapshot, { snapshot, name: names[i]! });
  }
  return [...candidates.values()];
}

/** Points each ref at the snapshot, which is stored already. */
export async function pointRefs(
  cache: Cache,
  contextHash: string,
  names: readonly RefName[],
  snapshot: string,
  about: JsonObject = {},
): Promise<void> {
  await cache.putMany(
    names.map((name) => ({
      key: refKey(contextHash, name),
      blobs: {},
      attributes: { ...about, snapshot },
    })),
  );
}
