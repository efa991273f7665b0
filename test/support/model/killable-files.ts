import * as nodeFs from 'node:fs';
import type { FileSystem } from '@cleanmiss/fs-backend';

/**
 * What happens during one operation of a process. Calls to the file system are counted from 0, but for those that only look at what
 * is open, or at one file's name: between them and the next one nothing can go wrong that does not go wrong just before that.
 */
export interface CallPlan {
  /** From this call on none takes place: the process is dead. */
  readonly killAt?: number | undefined;
  /** Where that call writes, half of the bytes are written. */
  readonly torn?: boolean | undefined;
  /** Before this call, `meanwhile` runs. */
  readonly pauseAt?: number | undefined;
  readonly meanwhile?: (() => void) | undefined;
}

/** What a dead process throws. It has no `syscall`: nothing may take it for an error of the operating system. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/**
 * One process's view of the real file system: with a clock of the test's for what is written, able to die between any
 * two calls or in the middle of a write, and to let another process run in between.
 */
export class KillableFiles {
  readonly fs: FileSystem;
  readonly #now: () => number;
  #plan: CallPlan = {};
  #calls = 0;
  #isKilled = false;
  readonly #open = new Set<number>();

  constructor(now: () => number) {
    this.#now = now;
    const entries = calls.map((name) => [name, (...args: unknown[]) => this.#call(name, args)]);
    this.fs = Object.fromEntries(entries) as FileSystem;
  }

  begin(plan: CallPlan): void {
    this.#plan = plan;
    this.#calls = 0;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  get openFiles(): number {
    return this.#open.size;
  }

  /** What the kernel does for a dead process. */
  closeAll(): void {
    for (const fd of this.#open) nodeFs.closeSync(fd);
    this.#open.clear();
  }

  #call(name: CallName, args: readonly unknown[]): unknown {
    if (this.#isKilled) throw new KilledError();
    const call = momentous.has(name) ? this.#calls++ : undefined;
    if (call !== undefined && call === this.#plan.pauseAt) this.#plan.meanwhile?.();
    if (call !== undefined && call === this.#plan.killAt) {
      if (name === 'writeSync' && this.#plan.torn) this.#tear(args as Parameters<typeof nodeFs.writeSync>);
      this.#isKilled = true;
      throw new KilledError();
    }
    return this.#done(name, args, (nodeFs[name] as (...args: unknown[]) => unknown)(...args));
  }

  #done(name: CallName, args: readonly unknown[], result: unknown): unknown {
    if (name === 'openSync') {
      this.#open.add(result as number);
      if (args[1] === 'wx' || args[1] === 'w') this.#stamp(result as number);
    } else if (name === 'writeSync') {
      this.#stamp(args[0] as number);
    } else if (name === 'closeSync') {
      this.#open.delete(args[0] as number);
    } else if (name === 'readdirSync') {
      // In one order on every machine.
      return (result as string[]).sort();
    }
    return result;
  }

  #tear([fd, bytes, offset]: Parameters<typeof nodeFs.writeSync>): void {
    const whole = bytes as unknown as Uint8Array;
    nodeFs.writeSync(fd, whole.subarray(0, Math.floor(whole.length / 2)), offset);
    this.#stamp(fd);
  }

  /** The kernel has the same clock as the process. */
  #stamp(fd: number): void {
    const seconds = this.#now() / 1000;
    nodeFs.futimesSync(fd, seconds, seconds);
  }
}

const calls = [
  'accessSync',
  'chmodSync',
  'closeSync',
  'existsSync',
  'fchmodSync',
  'fstatSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'lstatSync',
  'lutimesSync',
  'mkdirSync',
  'openSync',
  'readdirSync',
  'readSync',
  'renameSync',
  'rmSync',
  'unlinkSync',
  'utimesSync',
  'writeSync',
] as const satisfies readonly (keyof FileSystem)[];

const momentous: ReadonlySet<string> = new Set<CallName>([
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmSync',
  'unlinkSync',
  'utimesSync',
  'writeSync',
]);

type CallName = (typeof calls)[number];
