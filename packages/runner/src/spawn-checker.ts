import { spawn, type ChildProcess, type IOType } from 'node:child_process';
import type { CheckerExit } from '@cleanmiss/checkers';
import { relaySignals } from './signals.js';
import { passOn } from './pass-on.js';
import type { OutputRecord } from './replay/output-record.js';
import { StderrWatch } from './stderr-watch.js';

export interface SpawnOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /**
   * An open file that the checker inherits. The lease's: it ends with the last process that holds it, so that a slot
   * stays leased while an orphaned checker still writes to it.
   */
  readonly inheritedFd?: number;
  /** Lead standard error through us, and tell a crash from it. */
  readonly watchStderr: boolean;
  /** Keep back what looks like a crash until the end: the caller may run the check again instead of showing it. */
  readonly holdCrash: boolean;
  /** Lead both streams through us, and write down what is said. Default: standard output is our own. */
  readonly record?: OutputRecord | undefined;
}

export interface Ended extends CheckerExit {
  /** Kept back; to be shown if the crash is the answer. */
  readonly heldStderr: Uint8Array;
}

/**
 * Runs the checker on our own standard streams, with its colours and signals. Rejects where it cannot be started, with
 * the system's error (`ENOENT`, `EACCES`, ...).
 */
export async function spawnChecker(options: SpawnOptions): Promise<Ended> {
  const child = start(options);
  const watch = new StderrWatch(options.holdCrash);
  if (child.stderr) watch.attach(child.stderr);
  if (options.record) passOn(child, options.record);
  const stopRelaying = relaySignals(child);
  try {
    const { code, signal, isWhole } = await endOf(child);
    if (!isWhole) options.record?.giveUp();
    return { code, signal, stderrTail: watch.tail(), heldStderr: watch.held() };
  } finally {
    stopRelaying();
  }
}

function start({ command, cwd, env, inheritedFd, watchStderr, record }: SpawnOptions): ChildProcess {
  const [program, ...args] = command;
  const stdio: (IOType | number)[] = [
    'inherit',
    record ? 'pipe' : 'inherit',
    watchStderr || record ? 'pipe' : 'inherit',
  ];
  if (inheritedFd !== undefined) stdio.push(inheritedFd);
  return spawn(program!, args, {
    cwd,
    env,
    stdio,
    windowsHide: true,
  });
}

/** A process that the checker left behind may keep a stream open: it is not waited for longer than this. */
const drainMs = 500;

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Did all that it said arrive? */
  readonly isWhole: boolean;
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve, reject) => {
    // Only that it could not be started: later ones are of signals that could not be sent.
    child.on('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('exit', (code, signal) => {
      const done = (isWhole: boolean) => {
        clearTimeout(timer);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal, isWhole });
      };
      const timer = setTimeout(done, drainMs, false);
      // By the time of `close`, all that it said has arrived.
      child.once('close', () => {
        done(true);
      });
    });
  });
}
