import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';

/** A script beside this one, in a process of its own, and the lines that it has said. */
export class Child {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;
  #waiting: (() => void) | undefined;

  constructor(t: TestContext, script: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#process = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    // It may have ended, or never read.
    this.#process.stdin!.on('error', () => {});
    this.#closed = once(this.#process, 'close');
    createInterface(this.#process.stdout!).on('line', (line) => {
      this.lines.push(line);
      this.#waiting?.();
    });
    t.after(() => this.kill());
  }

  tell(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /** There is nothing more to tell it. */
  endInput(): void {
    this.#process.stdin!.end();
  }

  /** Resolves when it has said so many lines, or has ended. */
  async said(count: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      this.#waiting = () => {
        if (this.lines.length >= count) resolve();
      };
      this.#waiting();
    });
    await Promise.race([enough, this.#closed]);
  }

  /** SIGKILL: it has no chance to put anything in order. Resolves when every line it has said is here. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }

  /** The exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#process.exitCode;
  }
}
