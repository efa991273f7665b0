import { join } from 'node:path';
import type { Clock } from '@cleanmiss/core';
import type { CleanmissConfig } from '@cleanmiss/open-cache';
import { isCiSet, ProjectRegistry } from '@cleanmiss/snapshot';
import { startInBackground, type BackgroundCommand } from './background-command.js';
import { GcLog, gcPlacesOf, isGcDue } from './gc-log.js';
import { quietly } from './quietly.js';

export function projectsOf(local: string): ProjectRegistry {
  return new ProjectRegistry(join(local, 'projects'));
}

export interface GcStart {
  readonly config: CleanmissConfig;
  readonly how: BackgroundCommand;
  /** Roughly what this process has put into the local store. */
  readonly addedBytes: number;
  readonly clock: Clock;
}

/**
 * Starts a collection of the local store, where one is due, in a process of its own that goes on when this one ends. A
 * CI machine is gone after its job, and its store with it, or is kept by whoever keeps that. Whatever hinders it is
 * nobody's concern here: the check has been answered.
 */
export function collectInBackground({ config, how, addedBytes, clock }: GcStart): void {
  if (addedBytes === 0 || !config.gc.isAutomatic || config.mode !== 'read-write' || isCiSet(how.env)) return;
  quietly(() => {
    const log = new GcLog(gcPlacesOf(config.local).log);
    const now = clock.now();
    const state = log.add(addedBytes, now);
    if (!isGcDue(state, config.gc, now)) return;
    log.replace({ ...state, startedMs: now });
    startInBackground(how).unref();
  });
}

/** So that collections find the project's slots. Not for who stores nothing. */
export function rememberProject({ local, mode }: CleanmissConfig, root: string): void {
  if (mode === 'read-write') quietly(() => projectsOf(local).add(root));
}
