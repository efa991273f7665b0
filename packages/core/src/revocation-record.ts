import type { Json, JsonObject } from './json.js';
import type { Meta } from './meta.js';
import { parseRevocation, revocationIdOf, revocationToJson, type Revocation } from './revocation.js';

/**
 * What a tier says of what is revoked. Joined with another one it says what both say, whoever is joined to whom and however often, so
 * that nobody who writes his own takes away what he has not heard: what was undone stays so by its id.
 */
export interface RevocationRecord {
  readonly revocations: readonly Revocation[];
  /** Ids of what was revoked once and is no more. */
  readonly undone: readonly string[];
}

export const emptyRecord: RevocationRecord = { revocations: [], undone: [] };

/** Of each of the two lists. A team revokes a few a year; whoever fills the record must cost nobody his time. */
export const maxRevocations = 1000;

/** Where that is more than there is room for, what `first` says stays. */
export function joinRecords(first: RevocationRecord, second: RevocationRecord): RevocationRecord {
  const undone = new Set([...first.undone, ...second.undone]);
  const byId = new Map<string, Revocation>();
  for (const revocation of [...first.revocations, ...second.revocations]) {
    const id = revocationIdOf(revocation);
    if (!undone.has(id) && !byId.has(id)) byId.set(id, revocation);
  }
  return {
    revocations: [...byId.values()].slice(0, maxRevocations),
    undone: [...undone].slice(0, maxRevocations),
  };
}

/** Would it be the same with `other` joined to it? */
export function saysAllOf(record: RevocationRecord, other: RevocationRecord): boolean {
  const undone = new Set(record.undone);
  const ids = new Set([...record.revocations.map(revocationIdOf), ...undone]);
  return (
    other.undone.every((id) => undone.has(id)) &&
    other.revocations.every((revocation) => ids.has(revocationIdOf(revocation)))
  );
}

export function recordToJson({ revocations, undone }: RevocationRecord): JsonObject {
  return { revocations: revocations.map(revocationToJson), ...(undone.length === 0 ? {} : { undone }) };
}

/**
 * What a tier's meta says, to those who know that some keys are revoked: with one of them more can be revoked, and nothing be undone. A
 * thief would take back first of all that his key was stolen.
 */
export function saidIn(
  { attributes, signature }: Pick<Meta, 'attributes' | 'signature'>,
  known: readonly Revocation[],
): JsonObject {
  const isRevoked = signature !== undefined && known.some(({ key }) => key === signature.key);
  return isRevoked ? { ...attributes, undone: [] } : attributes;
}

/** What is no revocation, and what is too much, is passed over. */
export function parseRecord({ revocations, undone }: JsonObject): RevocationRecord {
  const said = {
    revocations: someOf(revocations).flatMap((item) => parseRevocation(item) ?? []),
    undone: someOf(undone).filter((id) => typeof id === 'string' && /^[0-9a-f]{12}$/.test(id)) as string[],
  };
  return joinRecords(said, emptyRecord);
}

function someOf(list: Json | undefined): readonly Json[] {
  return Array.isArray(list) ? (list as readonly Json[]).slice(0, maxRevocations) : [];
}
