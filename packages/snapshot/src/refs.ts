import type { Cache, CacheEntry, JsonObject, MissReason, Origin } from '@cleanmiss/core';
import { refKey, snapshotKey, type RefName } from './keys.js';

/** Where a snapshot was found, nearest first as they were asked for. */
export interface Candidate {
  readonly snapshot: string;
  readonly name: RefName;
}

export interface Found {
  readonly candidates: readonly Candidate[];
  /** Why a ref that is there led nowhere; `undefined` where none did. */
  readonly trouble: MissReason | undefined;
}

/** Follows refs within one hard context, in one batch. Damaged ones are passed over like those that are not there. */
export async function findCandidates(
  cache: Cache,
  contextHash: string,
  names: readonly RefName[],
): Promise<Found> {
  const results = await cache.getMetas(names.map((name) => refKey(contextHash, name)));
  const candidates = new Map<string, Candidate>();
  let trouble: MissReason | undefined;
  for (const [i, result] of results.entries()) {
    const snapshot = result.hit ? result.meta.attributes['snapshot'] : undefined;
    if (!result.hit && result.reason !== 'absent') trouble ??= result.reason;
    if (typeof snapshot !== 'string' || candidates.has(snapshot)) continue;
    candidates.set(snapshot, { snapshot, name: names[i]! });
  }
  return { candidates: [...candidates.values()], trouble };
}

/** A ref, and whether tiers that others share may be told. */
export interface RefToPoint {
  readonly name: RefName;
  readonly shared: boolean;
}

/**
 * Entries that point each ref at the snapshot. They are put with it: a ref to nothing is worth nothing. `origins`: the snapshot's, so that
 * what is revoked is passed over before it is loaded.
 */
export function refEntries(
  contextHash: string,
  refs: readonly RefToPoint[],
  snapshot: string,
  about: JsonObject = {},
  origins: readonly Origin[] = [],
): readonly CacheEntry[] {
  return refs.map(({ name, shared }) => ({
    key: refKey(contextHash, name),
    blobs: {},
    attributes: { ...about, snapshot },
    origins,
    localOnly: !shared,
    after: snapshotKey(snapshot),
  }));
}
