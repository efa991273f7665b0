import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@cleanmiss/core';
import { isLeased, tryLease, type Lease } from './lease.js';
import { isOwnDirectory, slotPathsOf, slotsDirectoryOf, type SlotPaths } from './slot-layout.js';
import { walkState } from './state-walk.js';

export interface SlotInfo extends SlotPaths {
  readonly checker: string;
  /** The first 12 hex digits of the context's hash. */
  readonly context: string;
  readonly number: number;
  /** Of files, the state and what is known of it. */
  readonly bytes: number;
  /** When it was last leased, in milliseconds since 1970. */
  readonly lastUsedMs: number;
}

/** The project's slots, by checker, context and number. Safe beside any number of runs. */
export function listSlots(root: string): readonly SlotInfo[] {
  return placesOf(root).map(infoOf);
}

/** Is the slot in use? A run that looks for a slot in that very instant takes the next one. */
export function isSlotLeased(slot: SlotPaths): boolean {
  return isLeased(slot.lockPath);
}

export interface RemoveUnusedSlotsOptions {
  /** Slots that nobody has leased for longer than this are removed. */
  readonly olderThanMs: number;
  readonly clock: Clock;
  /** Answer what would go, and touch nothing. Default: false. */
  readonly dryRun?: boolean;
}

/** Answers what it removed. Never touches a slot that is in use, and is safe beside any number of runs. */
export function removeUnusedSlots(root: string, options: RemoveUnusedSlotsOptions): readonly SlotInfo[] {
  const { olderThanMs, clock, dryRun = false } = options;
  // Only of these is it worth to know what they hold.
  const unused = placesOf(root).filter(({ paths }) => clock.now() - lastUsedMsOf(paths) > olderThanMs);
  const slots = unused.map(infoOf);
  if (dryRun) return slots.filter((slot) => !isSlotLeased(slot));
  const removed = slots.filter(removeSlot);
  for (const { directory } of contextsOf(root)) removeIfEmpty(directory);
  return removed;
}

interface ContextDirectory {
  readonly directory: string;
  readonly checker: string;
  readonly context: string;
}

interface SlotPlace {
  readonly context: ContextDirectory;
  readonly number: number;
  readonly paths: SlotPaths;
}

function placesOf(root: string): readonly SlotPlace[] {
  return contextsOf(root).flatMap((context) =>
    numbersIn(context.directory).map((number) => ({
      context,
      number,
      paths: slotPathsOf(context.directory, number),
    })),
  );
}

function contextsOf(root: string): readonly ContextDirectory[] {
  if (!isOwnDirectory(join(root, '.cleanmiss'))) return [];
  const slots = slotsDirectoryOf(root);
  if (!isOwnDirectory(slots)) return [];
  return namesIn(slots).flatMap((name) => {
    const [, checker, context] = /^(.+)-([0-9a-f]{12})$/.exec(name) ?? [];
    const directory = join(slots, name);
    if (checker === undefined || context === undefined || !isOwnDirectory(directory)) return [];
    return [{ directory, checker, context }];
  });
}

/** By lock or by folder: somebody may have removed either. */
function numbersIn(context: string): readonly number[] {
  const numbers = namesIn(context).flatMap((name) => /^(\d{1,4})(?:\.lock)?$/.exec(name)?.[1] ?? []);
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
}

function infoOf({ context: { checker, context }, number, paths }: SlotPlace): SlotInfo {
  const bytes = bytesIn(paths.directory);
  return { ...paths, checker, context, number, bytes, lastUsedMs: lastUsedMsOf(paths) };
}

function bytesIn(directory: string): number {
  if (!isOwnDirectory(directory)) return 0;
  return walkState(directory).reduce((sum, { stamp }) => sum + stamp.size, 0);
}

/** Where somebody has removed the lock, the folder's age has to do. */
function lastUsedMsOf({ lockPath, directory }: SlotPaths): number {
  return mtimeMsOf(lockPath) ?? mtimeMsOf(directory) ?? 0;
}

function mtimeMsOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function removeSlot(slot: SlotPaths): boolean {
  const lease = leaseUnlessGone(slot.lockPath);
  if (!lease) return false;
  try {
    removeContents(slot);
    lease.releaseAndRemove();
    return true;
  } finally {
    lease.release();
  }
}

/** The record first: killed half-way, we leave a slot that counts as left in the middle. */
function removeContents(slot: SlotPaths): void {
  rmSync(slot.recordPath, { force: true });
  // Links are removed, not followed. The retries are for Windows, where a virus scanner may have a file open.
  rmSync(slot.directory, { recursive: true, force: true, maxRetries: 3 });
}

function leaseUnlessGone(lockPath: string): Lease | undefined {
  try {
    return tryLease(lockPath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody uses it, or has removed it: either is fine.
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
