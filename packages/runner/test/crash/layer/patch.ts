import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, relative } from 'node:path';
import type { Steps } from './steps.js';

type AnyCall = (...args: never[]) => unknown;

/**
 * Puts a layer under all of `node:fs` that this process changes its disk with, also under what was imported by name, and tells
 * `steps` of each call that concerns `root`. A call that is several to the system (write a file, remove a folder with all that is
 * in it) is taken apart, so that a kill comes between any two of them. That nothing bypasses it is not believed, but watched by
 * `RecordingSteps`.
 *
 * It is about processes that are killed, not about power cuts: what a system call has done stays done, synced or not.
 */
export function patchFileSystem(root: string, steps: Steps): void {
  const layer = new Layer(root, steps);
  Object.assign(fs, layer.calls());
  syncBuiltinESMExports();
}

class Layer {
  readonly #root: string;
  readonly #steps: Steps;
  readonly #fs = { ...fs };
  /** Of open files below the root. */
  readonly #open = new Map<number, { readonly path: string; readonly isWritten: boolean }>();

  constructor(root: string, steps: Steps) {
    this.#root = root;
    this.#steps = steps;
  }

  calls(): Partial<typeof fs> {
    const first = (args: readonly unknown[]) => args[0];
    const second = (args: readonly unknown[]) => args[1];
    const opened = (args: readonly unknown[]) => this.#open.get(args[0] as number)?.path;
    return {
      ...this.#wrapped(first, ['unlinkSync', 'rmdirSync', 'truncateSync']),
      ...this.#wrapped(first, ['utimesSync', 'lutimesSync', 'chmodSync', 'lchownSync', 'chownSync']),
      ...this.#wrapped(second, ['renameSync', 'linkSync', 'symlinkSync']),
      ...this.#wrapped(opened, ['fsyncSync', 'fdatasyncSync', 'ftruncateSync', 'futimesSync', 'fchmodSync']),
      openSync: this.#openSync,
      closeSync: this.#closeSync,
      writeSync: this.#writeSync as typeof fs.writeSync,
      writeFileSync: this.#writeFileSync as typeof fs.writeFileSync,
      mkdirSync: this.#mkdirSync as typeof fs.mkdirSync,
      rmSync: this.#rmSync,
    };
  }

  #wrapped(
    pathOf: (args: readonly unknown[]) => unknown,
    names: readonly (keyof typeof fs)[],
  ): Partial<typeof fs> {
    const wrap = (name: keyof typeof fs) => {
      const original = this.#fs[name] as AnyCall;
      return [name, (...args: never[]) => this.#step(name, pathOf(args), () => original(...args))] as const;
    };
    return Object.fromEntries(names.map(wrap));
  }

  #step<T>(call: string, path: unknown, perform: () => T, tear?: () => void): T {
    if (!this.#isInside(path)) return perform();
    const step = { call, path: relative(this.#root, path), tears: tear !== undefined };
    this.#steps.before(step, tear);
    try {
      return perform();
    } finally {
      this.#steps.after();
    }
  }

  #isInside(path: unknown): path is string {
    return typeof path === 'string' && path.startsWith(`${this.#root}/`);
  }

  readonly #openSync: typeof fs.openSync = (path, flags, mode) => {
    const { creates, writes } = meaningOf(flags);
    const open = () => this.#fs.openSync(path, flags, mode);
    const fd = creates ? this.#step('openSync', path, open) : open();
    if (this.#isInside(path)) this.#open.set(fd, { path, isWritten: writes });
    return fd;
  };

  readonly #closeSync: typeof fs.closeSync = (fd) => {
    const file = this.#open.get(fd);
    this.#open.delete(fd);
    this.#step('closeSync', file?.isWritten ? file.path : undefined, () => this.#fs.closeSync(fd));
  };

  readonly #writeSync = (fd: number, data: Uint8Array | string, offset?: number): number => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data.subarray(offset ?? 0);
    const write = (part: Uint8Array) => this.#fs.writeSync(fd, part);
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    const tear = half.length === 0 ? undefined : () => void write(half);
    return this.#step('writeSync', this.#open.get(fd)?.path, () => write(bytes), tear);
  };

  readonly #writeFileSync = (
    path: string,
    data: Uint8Array | string,
    options?: { readonly mode?: number; readonly flag?: string },
  ): void => {
    const fd = this.#openSync(path, options?.flag ?? 'w', options?.mode ?? 0o666);
    try {
      if (data.length > 0) this.#writeSync(fd, data);
    } finally {
      this.#closeSync(fd);
    }
  };

  readonly #mkdirSync = (
    path: string,
    options?: { readonly recursive?: boolean; readonly mode?: number },
  ): void => {
    const { recursive = false, mode = 0o777 } = options ?? {};
    if (recursive && this.#fs.existsSync(path)) return;
    if (recursive) this.#mkdirSync(dirname(path), { recursive, mode });
    this.#step('mkdirSync', path, () => this.#fs.mkdirSync(path, { mode }));
  };

  readonly #rmSync: typeof fs.rmSync = (path, options) => {
    const stats = this.#isInside(path) ? this.#fs.lstatSync(path, { throwIfNoEntry: false }) : undefined;
    if (!stats || !this.#isInside(path) || (stats.isDirectory() && !options?.recursive))
      this.#fs.rmSync(path, options);
    else if (stats.isDirectory()) this.#removeFolder(path);
    else this.#step('rmSync', path, () => this.#fs.unlinkSync(path));
  };

  #removeFolder(path: string): void {
    for (const name of this.#fs.readdirSync(path)) this.#rmSync(`${path}/${name}`, { recursive: true });
    this.#step('rmSync', path, () => this.#fs.rmdirSync(path));
  }
}

function meaningOf(flags: fs.OpenMode | undefined): { readonly creates: boolean; readonly writes: boolean } {
  if (typeof flags === 'number') {
    const { O_CREAT, O_TRUNC, O_WRONLY, O_RDWR } = fs.constants;
    return { creates: (flags & (O_CREAT | O_TRUNC)) !== 0, writes: (flags & (O_WRONLY | O_RDWR)) !== 0 };
  }
  const creates = /^[wa]/.test(flags ?? 'r');
  return { creates, writes: creates || (flags ?? 'r').includes('+') };
}
