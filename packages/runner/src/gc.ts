import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import type { Clock, GcOptions, GcReport } from '@cleanmiss/core';
import type { OpenedCache } from '@cleanmiss/open-cache';
import {
  ensureOwnDirectory,
  removeUnusedSlots,
  tidyProjects,
  tryLease,
  type TidiedProjects,
} from '@cleanmiss/snapshot';
import { projectsOf } from './background-gc.js';
import { GcLog, gcPlacesOf } from './gc-log.js';
import { quietly } from './quietly.js';

export interface GcRequest {
  readonly opened: Pick<OpenedCache, 'maintenance'>;
  /** Of the store. */
  readonly local: string;
  /** Of the project that we are in: its slots are looked at whether or not it is known to the store. */
  readonly root: string;
  readonly options: GcOptions & { readonly maxAgeMs: number };
  readonly clock: Clock;
}

export type Collected = GcReport & TidiedProjects;

/** Collects a store, and the slots of all projects that use it on this machine. */
export async function collectGarbage({ opened, local, root, options, clock }: GcRequest): Promise<Collected> {
  const { maxAgeMs, dryRun = false } = options;
  const startMs = clock.now();
  const report = await opened.maintenance.gc(options);
  const unused = { olderThanMs: maxAgeMs, clock, dryRun };
  const ours = removeUnusedSlots(root, unused);
  const others = tidyProjects(projectsOf(local), unused);
  if (!dryRun) quietly(() => logCollection(local, startMs, report));
  // A dry run finds ours among the others once more.
  const removedSlots = new Map([...ours, ...others.removedSlots].map((slot) => [slot.directory, slot]));
  return { ...report, ...others, removedSlots: [...removedSlots.values()] };
}

/** As `collectGarbage`, in nobody's way; `undefined` where another process is at it. */
export async function collectGently(request: GcRequest): Promise<Collected | undefined> {
  setPriority(constants.priority.PRIORITY_LOW);
  const { lock } = gcPlacesOf(request.local);
  ensureOwnDirectory(dirname(lock));
  const lease = tryLease(lock);
  if (!lease) return undefined;
  try {
    return await collectGarbage(request);
  } finally {
    lease.release();
  }
}

/** Only where runs look at it: in a directory that a team shares they do not. */
function logCollection(local: string, collectedMs: number, { keptBytes }: GcReport): void {
  const log = new GcLog(gcPlacesOf(local).log);
  if (log.exists()) log.replace({ collectedMs, keptBytes, addedBytes: 0, startedMs: 0 });
}
