import type { CheckedProject } from '../corpus/checked-project.js';

/** As somebody types it who knows nothing of caches. */
export function commandOf({ mypy, args }: CheckedProject): readonly string[] {
  return [mypy.command, ...args];
}

/** Enough for any check on a busy machine. */
export const patience = { timeoutMs: 15 * 60_000 } as const;
