import type { CheckerExit, ExitMeaning } from '../checker-profile.js';

/**
 * What the end of a mypy that we started says of the state it left. Tried on 1.0.1 to 2.4.0 with damaged states: up to
 * 1.19 they end it with a traceback and code 1, from 1.20 on with "INTERNAL ERROR" and code 2. Some damage is reported
 * on standard output as an error like any other, with code 2 ("you likely have a bad cache"): metas that are no JSON;
 * those never get into a snapshot (see `unitsToDrop`).
 */
export function meaningOfExit({ code, signal, stderrTail }: CheckerExit): ExitMeaning {
  if (signal !== null) return brokeDown.has(signal) ? 'crash' : 'incomplete';
  if (internalError.test(stderrTail)) return 'crash';
  if (code === 0) return 'normal';
  if (code === 1) return traceback.test(stderrTail) ? meaningOfTraceback(stderrTail) : 'normal';
  return code !== null && isSystemCrash(code) ? 'crash' : 'incomplete';
}

/** A compiled mypy trips over a state in C. */
const brokeDown: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
]);

/** Errors in the user's code go to standard output; what is quoted there cannot match. */
const internalError = /^(?:.*: )?error: INTERNAL ERROR -- /m;
const traceback = /^Traceback \(most recent call last\):\r?$/m;

/** Ctrl-C before mypy has its own handler in place. */
function meaningOfTraceback(stderrTail: string): ExitMeaning {
  return /^(KeyboardInterrupt|BrokenPipeError\b.*)\s*$/m.test(stderrTail) ? 'incomplete' : 'crash';
}

/** Windows' exception codes, and a shell's word for the signals above (128 + 4, 6, 7, 8, 11). */
function isSystemCrash(code: number): boolean {
  return code > 255 || [132, 134, 135, 136, 139].includes(code);
}
