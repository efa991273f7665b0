import type { CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import { keyHashOf, type KeyHash } from '@cleanmiss/core';

/** Names the hard context of a check: what is stored under another one is useless to it, or unsafe. */
export function contextHashOf(profile: CheckerProfile, { context }: SlotRun): KeyHash {
  return keyHashOf({ checker: profile.name, ...context });
}
