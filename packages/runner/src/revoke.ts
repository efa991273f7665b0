import {
  CacheError,
  parseRevocations,
  revocationIdOf,
  revocationsKey,
  revocationsToJson,
  type Cache,
  type Revocation,
} from '@cleanmiss/core';
import type { OpenedCache } from '@cleanmiss/open-cache';

/** What is revoked in one tier. */
export interface TierRevocations {
  readonly tier: string;
  readonly revocations: readonly (Revocation & { readonly id: string })[];
}

export type RevocationChange =
  { readonly add: Revocation; readonly remove?: never } | { readonly remove: string; readonly add?: never };

/** So often somebody else may change the list between our look and our word. */
const maxTries = 5;

/**
 * Adds to what is revoked, or takes away from it by id, in every remote; where there is none, on this machine. Rejects where one of them
 * cannot be told.
 */
export async function changeRevocations(
  opened: OpenedCache,
  change: RevocationChange,
): Promise<readonly TierRevocations[]> {
  const { remotes, revocations: known } = opened;
  await known.load();
  const tiers: TierRevocations[] = [];
  for (const { name, id, own, mode } of remotes) {
    if (mode !== 'read-write')
      throw new CacheError('ERR_CONFIG', `${name} is only read here, and must be written to`);
    const revocations = await changeIn(own, known.list.byTier().get(id) ?? [], change);
    await known.learn(id, revocationsToJson(revocations));
    tiers.push(described(name, revocations));
  }
  if (remotes.length === 0 || change.remove !== undefined) {
    const revocations = changed(known.list.byTier().get(localTier) ?? [], change);
    await known.learn(localTier, revocationsToJson(revocations));
    tiers.unshift(described('this machine', revocations));
  }
  return tiers;
}

export async function listRevocations({
  remotes,
  revocations: known,
}: OpenedCache): Promise<readonly TierRevocations[]> {
  await known.load();
  const tiers = [described('this machine', known.list.byTier().get(localTier) ?? [])];
  for (const { name, id, own } of remotes)
    tiers.push(described(name, await read(own, known.list.byTier().get(id) ?? [])));
  return tiers;
}

const localTier = 'local';

/** Read, change, write, and look whether it stands: the last of two who do so at once is seen by the first. */
async function changeIn(
  own: Cache,
  heard: readonly Revocation[],
  change: RevocationChange,
): Promise<readonly Revocation[]> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const wanted = changed(await read(own, heard), change);
    await own.put({ key: revocationsKey, blobs: {}, attributes: revocationsToJson(wanted) });
    const after = await read(own, []);
    if (idsOf(changed(after, change)) === idsOf(after)) return after;
  }
  throw new CacheError('ERR_OUTAGE', 'others change what is revoked at the same time: try again');
}

function changed(before: readonly Revocation[], { add, remove }: RevocationChange): readonly Revocation[] {
  const id = add ? revocationIdOf(add) : remove;
  const others = before.filter((each) => revocationIdOf(each) !== id);
  return add ? [...others, add] : others;
}

function idsOf(revocations: readonly Revocation[]): string {
  return revocations.map(revocationIdOf).sort().join(' ');
}

/**
 * What the tier says, or where it says nothing that can be believed (evicted, garbled, forged), what it was heard to say before: so that
 * nobody who may write there keeps others from revoking what he has left.
 */
async function read(own: Cache, heard: readonly Revocation[]): Promise<readonly Revocation[]> {
  const [found] = await own.getMetas([revocationsKey]);
  if (found!.hit) return parseRevocations(found!.meta.attributes);
  if (found!.reason !== 'unknown-format') return heard;
  // Written over, what a later version has said would be lost.
  throw new CacheError('ERR_INVALID_STATE', 'what is revoked was written by a later version: use that');
}

function described(tier: string, revocations: readonly Revocation[]): TierRevocations {
  return { tier, revocations: revocations.map((each) => ({ id: revocationIdOf(each), ...each })) };
}
