import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { atEndOfProcess } from './end-of-process.js';

const DEFAULT_TIMEOUT_MS = 120_000;

/** A setting of the person, or of the test run, that would change what a checker or cleanmiss does. */
const NOT_INHERITED =
  /^(?:CLEANMISS|MYPY)_|^MYPYPATH$|^PYTHONPATH$|^NODE_TEST_CONTEXT$|^CI$|^(?:NO|FORCE)_COLOR$/;

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to a cleaned copy of this process's environment (see `inheritedEnvironment`). */
  readonly env?: Readonly<Record<string, string>>;
  /** Then the whole process group is killed and the promise rejects. Default: two minutes. */
  readonly timeoutMs?: number;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
}

/** Runs a command to its end, whatever its exit code. Rejects when it cannot be started or takes too long. */
export async function run(command: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return await start(command, options).ended;
}

/** Starts a command in a process group of its own, without standard input. */
export function start(command: readonly string[], options: ProcessOptions = {}): RunningProcess {
  return new RunningProcess(command, options);
}

/** The environment that a checker gets in tests: nothing of the person's settings, nothing of the test runner's. */
export function inheritedEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)));
}

/** Use with `await using` where a test may end while it runs. */
export class RunningProcess implements AsyncDisposable {
  readonly pid: number;
  readonly ended: Promise<Ended>;

  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(command: readonly string[], { cwd, env = {}, timeoutMs = DEFAULT_TIMEOUT_MS }: ProcessOptions) {
    const [program = '', ...args] = command;
    const startedMs = performance.now();
    const child = spawn(program, args, {
      cwd,
      env: { ...inheritedEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the command starts can be killed with it.
      detached: true,
    });
    this.#child = child;
    this.pid = child.pid ?? -1;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = this.#waitForEnd(command, startedMs, timeoutMs);
    // A group of its own gets neither the terminal's Ctrl-C nor what the test runner sends.
    const forget = atEndOfProcess(() => {
      this.#killGroup();
    });
    // Handles the rejection too: whoever starts a process in the background may await its end only later.
    this.ended.then(forget, forget);
  }

  /** What it has written so far, both streams. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it, and all that it started, with SIGKILL, and waits for its end. */
  async killAll(): Promise<void> {
    this.#killGroup();
    await this.ended.catch(() => undefined);
  }

  /** Resolves when it has written something that matches; rejects when it ends without. */
  async waitForOutput(pattern: RegExp): Promise<void> {
    const written = new Promise<void>((resolve) => {
      const look = (): void => {
        if (pattern.test(this.output)) resolve();
      };
      this.#child.stdout?.on('data', look);
      this.#child.stderr?.on('data', look);
      look();
    });
    await Promise.race([written, this.ended]);
    if (!pattern.test(this.output))
      throw new Error(`ended without writing ${String(pattern)}:\n${this.output}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killAll();
  }

  #killGroup(): void {
    try {
      if (this.pid > 0) process.kill(-this.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  #waitForEnd(command: readonly string[], startedMs: number, timeoutMs: number): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#killGroup();
        reject(new Error(`killed after ${String(timeoutMs)} ms: ${command.join(' ')}\n${this.output}`));
      }, timeoutMs);
      this.#child.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      this.#child.once('close', (code, signal) => {
        clearTimeout(timer);
        const durationMs = performance.now() - startedMs;
        resolve({ stdout: this.#stdout, stderr: this.#stderr, code, signal, durationMs });
      });
    });
  }
}
