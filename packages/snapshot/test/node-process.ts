import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * A folder of the test's own. Gone when all tests have ended, not sooner: the processes that a test started end after
 * it, and Windows removes no file that one of them has open.
 */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'cleanmiss-test-'));
  directories.push(directory);
  return directory;
}

const directories: string[] = [];
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A real process that runs an ES module given as text, killed at the test's end at the latest. */
export class NodeProcess {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #messages: AsyncIterator<unknown[]>;

  constructor(test: TestContext, script: string, { args = [], stdin = 'ignore' }: NodeProcessOptions = {}) {
    const stdio: StdioOptions = [stdin, 'inherit', 'inherit', 'ipc'];
    const argv = ['--input-type=module', '--eval', script, '--', ...args];
    this.child = spawn(process.execPath, argv, { stdio });
    this.#exit = once(this.child, 'exit');
    this.#messages = on(this.child, 'message', { close: ['disconnect'] })[Symbol.asyncIterator]();
    test.after(() => this.kill());
  }

  /** The next thing the process sends. */
  async message(): Promise<unknown> {
    const next = await this.#messages.next();
    if (next.done) throw new Error('the process ended without saying anything more');
    return next.value[0];
  }

  send(message: string): void {
    this.child.send(message);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }

  /** Resolves when the process has ended by itself. */
  async exit(): Promise<void> {
    await this.#exit;
  }
}

interface NodeProcessOptions {
  readonly args?: readonly string[];
  readonly stdin?: 'ignore' | 'pipe';
}

/** Where a script given as text imports a module of this package from: `lease.js`. */
export function moduleUrl(name: string): string {
  return new URL(`../src/${name}`, import.meta.url).href;
}
