import { platform } from 'node:os';
import { errorCodeOf } from './file-system.js';

export interface WhileBusyOptions {
  /** Default: only on Windows; elsewhere these codes mean what they say. */
  readonly retries?: boolean;
  /** Default: blocks the thread. */
  readonly sleep?: (ms: number) => void;
}

/** 0.6 s in all: a virus scanner lets go sooner. */
const delaysMs = [1, 2, 5, 10, 20, 50, 100, 200, 200];
const busy: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Windows refuses to rename or replace a file that somebody has open without sharing it, such as a virus scanner that
 * looks at what was just written (pnpm/pnpm#5672): tries again, a bounded number of times.
 */
export function whileBusy<T>(
  step: () => T,
  { retries = platform() === 'win32', sleep = sleepSync }: WhileBusyOptions = {},
): T {
  for (const delayMs of retries ? delaysMs : []) {
    try {
      return step();
    } catch (error) {
      if (!busy.has(errorCodeOf(error))) throw error;
      sleep(delayMs);
    }
  }
  return step();
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
