import type { CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import { keyHashOf, keyIdOf, type JsonObject, type KeyHash } from '@cleanmiss/core';
import type { CleanmissConfig } from '@cleanmiss/open-cache';

/** Names the hard context of a check: what is stored under another one is useless to it, or unsafe. */
export function contextHashOf(profile: CheckerProfile, { context }: SlotRun): KeyHash {
  return keyHashOf({ checker: profile.name, ...context });
}

/**
 * Names the slots of a context. They do not change hands between scopes, nor between those who ask for signatures and those who do not:
 * what one of them trusts may be what the other must not.
 */
export function slotHashOf(contextHash: KeyHash, { scopes, trust }: CleanmissConfig): KeyHash {
  const keys = trust.publicKeys.map(keyIdOf).sort();
  if (scopes.length === 0 && keys.length === 0) return contextHash;
  return keyHashOf({ context: contextHash, scope: scopes[0] ?? null, keys });
}

/** What a state was made with, for whoever wants to revoke some. */
export function aboutOf(profile: CheckerProfile, { version }: SlotRun): JsonObject {
  return { checker: profile.name, checkerVersion: version };
}
