import type { RedisProcess } from './redis-process.js';
import type { RedisServer } from './redis-server.js';
import { runProgram } from './run-program.js';
import type { ServerDirectory } from './server-directory.js';

export interface StartedServerOptions {
  readonly directory: ServerDirectory;
  readonly process: RedisProcess;
  readonly port: number;
  /** For redis-cli. Default: it does not log in. */
  readonly password?: string | undefined;
  /** Default: none. */
  readonly socketPath?: string | undefined;
  /** Makes it a TLS server. Default: plain. */
  readonly caPath?: string | undefined;
}

export class StartedServer implements RedisServer {
  readonly url: string;
  readonly port: number;
  readonly socketPath?: string;
  readonly caPath?: string;
  readonly #process: RedisProcess;
  readonly #directory: ServerDirectory;
  readonly #cliOptions: readonly string[];
  #stopped: Promise<void> | undefined;

  constructor({ directory, process, port, password, socketPath, caPath }: StartedServerOptions) {
    this.#directory = directory;
    this.#process = process;
    this.port = port;
    this.url = `${caPath === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`;
    if (socketPath !== undefined) this.socketPath = socketPath;
    if (caPath !== undefined) this.caPath = caPath;
    const tls = caPath === undefined ? [] : ['--tls', '--cacert', caPath];
    const login = password === undefined ? [] : ['--no-auth-warning', '--pass', password];
    this.#cliOptions = ['-h', '127.0.0.1', '-p', String(port), ...tls, ...login];
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  async cli(...args: readonly string[]): Promise<string> {
    const output = await runProgram('redis-cli', [...this.#cliOptions, ...args]);
    return output.replace(/\n$/, '');
  }

  pause(): void {
    this.#process.pause();
  }

  resume(): void {
    this.#process.resume();
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await this.#process.kill();
    await this.#directory.remove();
  }
}
