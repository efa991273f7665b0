import { hasNoState, refuseStrangeRoot, type ProjectRegistry } from './project-registry.js';
import { removeUnusedSlots, type RemoveUnusedSlotsOptions, type SlotInfo } from './slot-upkeep.js';

export interface TidiedProjects {
  readonly removedSlots: readonly SlotInfo[];
  /** The roots of projects that are gone. */
  readonly forgottenProjects: readonly string[];
  /** Why a project was left as it is, in words. */
  readonly trouble: readonly string[];
}

/** Removes unused slots of all projects that are known, and forgets those that are gone. Each for itself: one that fails hinders no other. */
export function tidyProjects(registry: ProjectRegistry, options: RemoveUnusedSlotsOptions): TidiedProjects {
  const trouble: string[] = [];
  const roots = orTrouble(trouble, () => registry.roots());
  const forgottenProjects = roots.filter(hasNoState);
  if (!options.dryRun) for (const root of forgottenProjects) registry.remove(root);
  const others = roots.filter((each) => !forgottenProjects.includes(each));
  const removedSlots = others.flatMap((root) =>
    orTrouble(trouble, () => {
      refuseStrangeRoot(root);
      return removeUnusedSlots(root, options);
    }),
  );
  return { removedSlots, forgottenProjects, trouble };
}

function orTrouble<T>(trouble: string[], step: () => readonly T[]): readonly T[] {
  try {
    return step();
  } catch (error) {
    trouble.push(wordsOf(error));
    return [];
  }
}

/** A bug of ours must be seen. */
function wordsOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return error.message;
  throw error;
}
