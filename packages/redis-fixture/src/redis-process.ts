import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { whyNot } from './run-program.js';
import type { ServerDirectory } from './server-directory.js';
import { unrefPipe } from './unref-pipe.js';

/** Somebody else took the port between our look and the server's. */
export class PortTaken extends Error {}

const KEPT_LOG_CHARACTERS = 4_000;
const IS_READY = /ready to accept connections|Sentinel ID is/i;
const IS_TAKEN = /address already in use/i;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** One redis-server process, from its start to its end. Its guard ends it where we cannot. */
export class RedisProcess {
  readonly #child: Child;
  readonly #directory: ServerDirectory;
  readonly #exit: Promise<void>;
  #state: 'running' | 'paused' | 'ended' = 'running';
  #log = '';

  private constructor(directory: ServerDirectory, args: readonly string[]) {
    this.#directory = directory;
    // In a session of its own: a Ctrl-C is for the test, whose end is the server's.
    const child = spawn('redis-server', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: directory.path,
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) directory.guard.started(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      // Read for as long as it runs: a full pipe would hold the server up.
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-KEPT_LOG_CHARACTERS);
      });
    }
    this.#exit = this.#waitForExit();
  }

  /**
   * Resolves when it listens.
   *
   * @throws PortTaken
   */
  static async start(directory: ServerDirectory, args: readonly string[]): Promise<RedisProcess> {
    const server = new RedisProcess(directory, args);
    try {
      await server.#waitUntilReady();
    } catch (error) {
      await server.kill();
      throw error;
    }
    server.#letTestEnd();
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Neither paused nor ended. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#child.kill('SIGSTOP');
    this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#child.kill('SIGCONT');
    this.#state = 'running';
  }

  /** By SIGKILL, which also ends a paused one; resolves when it has ended. */
  async kill(): Promise<void> {
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  #waitForExit(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#state = 'ended';
        this.#directory.guard.ended();
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', end);
    });
  }

  #waitUntilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.stdout.on('data', () => {
        if (IS_READY.test(this.#log)) resolve();
      });
      this.#child.once('error', (error) => {
        reject(whyNot('redis-server', error));
      });
      // `close` and not `exit`: by then its last words are read.
      this.#child.once('close', () => {
        const isTaken = IS_TAKEN.test(this.#log);
        reject(isTaken ? new PortTaken(this.#log) : new Error(`redis-server ended:\n${this.#log}`));
      });
    });
  }

  /** A server that nobody stopped does not keep the test process alive. */
  #letTestEnd(): void {
    this.#child.unref();
    for (const stream of [this.#child.stdout, this.#child.stderr]) unrefPipe(stream);
  }
}
