import type { CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import { keyHashOf, type JsonObject, type KeyHash } from '@cleanmiss/core';
import { trustContextOf, type CleanmissConfig } from '@cleanmiss/open-cache';

/** Names the hard context of a check: what is stored under another one is useless to it, or unsafe. */
export function contextHashOf(profile: CheckerProfile, { context }: SlotRun): KeyHash {
  return keyHashOf({ checker: profile.name, ...context });
}

/**
 * Names the slots of a context. They do not change hands between scopes, nor between those who ask for signatures and those who do not:
 * what one of them trusts may be what the other must not.
 */
export function slotHashOf(contextHash: KeyHash, { scopes, trust }: CleanmissConfig): KeyHash {
  const trusting = trustContextOf(scopes, trust) ?? null;
  if (scopes.length === 0 && trusting === null) return contextHash;
  return keyHashOf({ context: contextHash, scope: scopes[0] ?? null, trusting });
}

/** What a state was made with, for whoever wants to revoke some. */
export function aboutOf(profile: CheckerProfile, { version }: SlotRun): JsonObject {
  return { checker: profile.name, checkerVersion: version };
}
