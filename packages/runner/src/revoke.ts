import { setTimeout as delay } from 'node:timers/promises';
import {
  CacheError,
  isSameRevocation,
  joinRecords,
  revocationIdOf,
  type Revocation,
  type RevocationRecord,
} from '@cleanmiss/core';
import type { OpenedCache } from '@cleanmiss/open-cache';
import { readRevocations, tellRevocations } from './tell-revocations.js';

/** What is revoked in one tier. */
export interface TierRevocations {
  readonly tier: string;
  readonly revocations: readonly (Revocation & { readonly id: string })[];
}

export type RevocationChange =
  { readonly add: Revocation; readonly remove?: never } | { readonly remove: string; readonly add?: never };

/** From a look to the word that follows it nobody takes longer, but for a network that is about to fail. */
const settleMs = 1000;

/**
 * Adds to what is revoked, or takes away from it by id, in every remote; where there is none, on this machine. Rejects where one of them
 * cannot be told, and where nobody has revoked what is to be taken away. `pause`: between a word and the look whether it stands.
 */
export async function changeRevocations(
  opened: OpenedCache,
  change: RevocationChange,
  pause: () => Promise<unknown> = () => delay(settleMs),
): Promise<readonly TierRevocations[]> {
  refuseToDropIt(opened);
  const { remotes, revocations: known } = opened;
  await known.load();
  const told = await Promise.all(
    remotes.map(async (remote) => ({ ...remote, before: await readKnown(remote, opened) })),
  );
  const local = known.list.of(localTier);
  refuseUnknown(change, [local, ...told.map(({ before }) => before)]);
  const tiers: TierRevocations[] = [];
  for (const { name, revocationTier, own, before } of told) {
    const record = await tellRevocations(own, joinRecords(wordFor(change, before), before), pause);
    await known.learn(revocationTier, record);
    tiers.push(described(name, record));
  }
  if (remotes.length === 0 || change.remove !== undefined) {
    known.list.learn(localTier, wordFor(change, local));
    await known.remember(pause);
    tiers.unshift(described('this machine', known.list.of(localTier)));
  }
  return tiers;
}

export async function listRevocations(opened: OpenedCache): Promise<readonly TierRevocations[]> {
  const { remotes, revocations: known } = opened;
  await known.load();
  const tiers = [described('this machine', known.list.of(localTier))];
  for (const remote of remotes) tiers.push(described(remote.name, await readKnown(remote, opened)));
  return tiers;
}

const localTier = 'local';

type ToldRemote = Pick<OpenedCache['remotes'][number], 'revocationTier' | 'own'>;

/** What the tier says, and what it was heard to say before, so that nobody who may write there takes it back by writing over it. */
async function readKnown(
  { revocationTier, own }: ToldRemote,
  { revocations }: OpenedCache,
): Promise<RevocationRecord> {
  const heard = revocations.list.of(revocationTier);
  return joinRecords(await readRevocations(own, heard), heard);
}

function refuseToDropIt({ mode, remotes }: OpenedCache): void {
  if (mode !== 'read-write')
    throw new CacheError('ERR_CONFIG', `nothing would be revoked: the cache's mode is ${mode} here`);
  const readOnly = remotes.find((remote) => remote.mode !== 'read-write');
  if (readOnly)
    throw new CacheError('ERR_CONFIG', `${readOnly.name} is only read here, and must be written to`);
}

function refuseUnknown({ remove }: RevocationChange, records: readonly RevocationRecord[]): void {
  const ids = records.flatMap(({ revocations }) => revocations.map(revocationIdOf));
  if (remove === undefined || ids.includes(remove)) return;
  throw new CacheError(
    'ERR_INVALID_OPTION',
    `nothing is revoked by the id ${remove}: cleanmiss revoke --list shows what is`,
  );
}

/** What is revoked once more takes the place of what was said before. */
function wordFor({ add, remove }: RevocationChange, { revocations }: RevocationRecord): RevocationRecord {
  if (!add) return { revocations: [], undone: [remove] };
  const ids = revocations.filter((each) => isSameRevocation(each, add)).map(revocationIdOf);
  return { revocations: [add], undone: ids.filter((id) => id !== revocationIdOf(add)) };
}

/** What was said last comes last. */
function described(tier: string, { revocations }: RevocationRecord): TierRevocations {
  const listed = revocations.map((each) => ({ ...each, id: revocationIdOf(each) }));
  return { tier, revocations: listed.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) };
}
