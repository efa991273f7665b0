import type { PastRun } from '../history.js';

/** How long parts of a run took, in milliseconds; a line of history may hold anything. */
export function checkerMs({ timings }: PastRun): number {
  return durationOf(timings.checkerMs);
}

export function overheadMs({ timings }: PastRun): number {
  return durationOf(timings.overheadMs);
}

/** Did the checker start from nothing, on a slot, and end by itself? */
export function isCold({ outcome, reason, checker }: PastRun): boolean {
  return (
    outcome === 'miss' && reason !== 'passed-through' && reason !== 'crashed' && checker.exitCode !== null
  );
}

/** Runs whose checker times can be compared: one checker under one hard context. */
export function kindOf({ checker }: PastRun): string {
  // Not in a line from before contexts were recorded.
  const { context = null } = checker as Partial<PastRun['checker']>;
  return JSON.stringify([checker.name, context ?? checker.version]);
}

function durationOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}
