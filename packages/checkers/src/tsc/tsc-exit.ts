import type { CheckerExit, ExitMeaning } from '../checker-profile.js';

/** An exception of Node's, a failed assertion of TypeScript's, or a panic of the native one. Errors in the user's code go to standard output. */
const brokeDown = /^\s+at .+:\d+:\d+\)?\r?$|Debug Failure|^panic: |^goroutine \d+/m;

export function meaningOf({ code, signal, stderrTail }: CheckerExit): ExitMeaning {
  if (signal !== null) return crashes.has(signal) ? 'crash' : 'incomplete';
  if (brokeDown.test(stderrTail)) return 'crash';
  return code === 0 || code === 1 || code === 2 ? 'normal' : 'crash';
}

const crashes: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
]);
