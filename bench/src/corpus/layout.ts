import { join } from 'node:path';
import { mypyProfile, VersionMemory } from '@cleanmiss/checkers';
import type { StateLayout } from '@cleanmiss/snapshot';
import type { CheckedProject } from './checked-project.js';

/** What `cleanmiss run` knows of the project's states. */
export async function layoutOf(
  { directory, mypy, args }: CheckedProject,
  scratch: string,
): Promise<StateLayout> {
  const plan = await mypyProfile.plan({
    command: [mypy.command, ...args],
    env: process.env,
    cwd: directory,
    root: directory,
    versions: new VersionMemory(join(scratch, 'versions.json')),
  });
  if (plan.kind !== 'slot-run') throw new Error(plan.why);
  return plan.layout;
}
