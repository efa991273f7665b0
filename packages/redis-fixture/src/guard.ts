import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { unrefPipe } from './unref-pipe.js';

/**
 * Lives as long as the pipe from the test process: its end, of whatever kind, is the end of the pipe. A hook in the test
 * process itself would see neither SIGKILL nor a crash.
 */
const SCRIPT = `
directory=$1 pid=
while read -r what value; do
  case $what in
    started) pid=$value ;;
    ended) pid= ;;
    stopped) exit ;;
  esac
done
if [ -n "$pid" ]; then kill -KILL "$pid"; fi
rm -rf "$directory"
`;

/** Kills one server and removes its directory when the test process ends without having done so. */
export class Guard {
  readonly #child: ChildProcess;
  readonly #pipe: Writable;

  constructor(directory: string) {
    // In a session of its own: a Ctrl-C reaches the whole group of the test process.
    const child = spawn('sh', ['-c', SCRIPT, 'guard', directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    this.#child = child;
    this.#pipe = child.stdin;
    // Both only matter when the guard itself was killed.
    child.on('error', () => {});
    this.#pipe.on('error', () => {});
    child.unref();
    unrefPipe(this.#pipe);
  }

  /** From now on, this process ends with us. */
  started(pid: number): void {
    this.#pipe.write(`started ${pid}\n`);
  }

  /** Its number may soon be another process's. */
  ended(): void {
    this.#pipe.write('ended\n');
  }

  /** The directory is gone too. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#pipe.end('stopped\n');
    await exit;
  }
}
