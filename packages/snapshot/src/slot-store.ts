import { futimesSync } from 'node:fs';
import { join } from 'node:path';
import { CacheError, systemClock, type Clock } from '@cleanmiss/core';
import { tryLease, type Lease } from './lease.js';
import { noSlot } from './no-slot.js';
import { ensureOwnDirectory, ensureSlotsDirectory, slotPathsOf, type SlotPaths } from './slot-layout.js';

/** Slots of one context in use at once; more than that is a fork bomb, not a check. */
export const maxSlotsPerContext = 256;

/** A private state directory and the exclusive right to it. */
export interface LeasedSlot extends SlotPaths {
  readonly lease: Lease;
  readonly number: number;
}

export interface LeaseSlotOptions {
  /** The project root: absolute. */
  readonly root: string;
  /** The profile's name: a part of a folder's name. */
  readonly checker: string;
  /** Of the hard context, in lower-case hex: states under another one are useless or unsafe. */
  readonly contextHash: string;
  /** Says when the slot was last used. Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Leases the free slot with the lowest number, so that one run after another gets the same one, with what it
 * holds. What a killed holder left in it is left as it is. Never waits.
 * Rejects with a `CacheError` where this project can have no slots, and with the file system's own error where it cannot
 * be written to.
 */
export function leaseSlot(options: LeaseSlotOptions): Promise<LeasedSlot> {
  return new Promise((resolve) => {
    const name = contextNameOf(options);
    resolve(
      repeatWhileRemoved(() =>
        leaseLowest(contextDirectoryOf(options.root, name), options.clock ?? systemClock),
      ),
    );
  });
}

function contextDirectoryOf(root: string, name: string): string {
  const directory = join(ensureSlotsDirectory(root), name);
  ensureOwnDirectory(directory);
  return directory;
}

/** `removeUnusedSlots` takes empty folders away, maybe the one in which we are about to create a lock file. */
function repeatWhileRemoved<T>(step: () => T): T {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === maxAttempts) throw error;
    }
  }
}

const maxAttempts = 16;

function leaseLowest(context: string, clock: Clock): LeasedSlot {
  for (let number = 0; number < maxSlotsPerContext; number += 1) {
    const paths = slotPathsOf(context, number);
    const lease = tryLease(paths.lockPath);
    if (lease) return openSlot(paths, lease, number, clock);
  }
  throw noSlot(`all ${maxSlotsPerContext} slots in ${context} are in use`);
}

function openSlot(paths: SlotPaths, lease: Lease, number: number, clock: Clock): LeasedSlot {
  try {
    const seconds = clock.now() / 1000;
    futimesSync(lease.fd, seconds, seconds);
    ensureOwnDirectory(paths.directory);
    ensureOwnDirectory(paths.stateDir);
    return { ...paths, lease, number };
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** 48 bits of the context tell the contexts of one project apart. */
function contextNameOf({ checker, contextHash }: LeaseSlotOptions): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(checker))
    throw invalidOption('checker', 'no part of a file name', checker);
  if (!/^[0-9a-f]{12}/.test(contextHash)) throw invalidOption('contextHash', 'no hash in hex', contextHash);
  return `${checker}-${contextHash.slice(0, 12)}`;
}

function invalidOption(name: string, what: string, value: string): CacheError {
  return new CacheError('ERR_INVALID_OPTION', `${name}: ${what}: ${JSON.stringify(value)}`);
}
