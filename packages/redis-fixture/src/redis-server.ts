/** One redis-server process of the test's own, on 127.0.0.1, with nothing in it. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT`, or `rediss://` with TLS; without user and password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where it was asked for. */
  readonly socketPath?: string;
  /** With TLS: the certificate that signed the server's. */
  readonly caPath?: string;
  /** Neither paused, nor killed, nor ended by itself. */
  readonly isRunning: boolean;
  /**
   * Runs redis-cli on it and answers its output without the last line break; with `requirepass` it logs in. Options of
   * redis-cli, such as `--user`, may stand before the command. An error reply is an answer too: its text.
   *
   * @throws Error when the server cannot be reached
   */
  cli(...args: readonly string[]): Promise<string>;
  /** Stops it with SIGSTOP: connections stay open, new ones are accepted by the kernel, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Kills it with SIGKILL; resolves when it has ended. Its directory stays until `stop`. */
  kill(): Promise<void>;
  /** Kills it and removes its directory. A second call does nothing. */
  stop(): Promise<void>;
}
