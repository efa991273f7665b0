import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfProcess } from './end-of-process.js';

/** What has an end: a test's context. */
export interface Scope {
  after(hook: () => void): void;
}

const hooksOf = new WeakMap<Scope, (() => void)[]>();

/**
 * Calls a hook when the scope ends, the last one first, as they depend on each other: what is mounted or runs in a
 * temporary directory ends before it is removed. (A test's own `after` hooks run in the order of their registration.)
 */
export function atEndOf(scope: Scope, hook: () => void): void {
  const known = hooksOf.get(scope);
  if (known !== undefined) {
    known.push(hook);
    return;
  }
  const hooks = [hook];
  hooksOf.set(scope, hooks);
  scope.after(() => {
    for (const each of hooks.reverse()) each();
  });
}

/** A new directory that is removed when the scope ends; its path holds no symbolic link. */
export function temporaryDirectory(scope: Scope): string {
  const directory = new TemporaryDirectory();
  atEndOf(scope, () => {
    directory[Symbol.dispose]();
  });
  return directory.path;
}

/** The same for `using`. */
export class TemporaryDirectory implements Disposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'cleanmiss-test-')));
  readonly #forget = atEndOfProcess(() => {
    this.#remove();
  });

  [Symbol.dispose](): void {
    this.#forget();
    this.#remove();
  }

  #remove(): void {
    // A checker that was just killed may still be writing its last file.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
