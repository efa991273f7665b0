import { spawn, type ChildProcess } from 'node:child_process';

/** How to start a verb in a process of its own, for this project and store. */
export interface BackgroundCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * It may go on when this process ends. One that cannot be started is no error here: what it was to do stays to be done, and the
 * next run tries again. `isHeard`: it can send a message.
 */
export function startInBackground({ command, cwd, env }: BackgroundCommand, isHeard = false): ChildProcess {
  const [program, ...args] = command;
  return spawn(program!, args, {
    cwd,
    env,
    // A terminal's Ctrl-C is for the check.
    detached: true,
    windowsHide: true,
    stdio: isHeard ? ['ignore', 'ignore', 'ignore', 'ipc'] : 'ignore',
  }).on('error', () => {});
}
