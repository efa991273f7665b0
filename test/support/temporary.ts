import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfProcess } from './end-of-process.js';

/** What has an end: a test's context. */
export interface Scope {
  after(hook: () => void): void;
}

/** A new directory that is removed when the scope ends; its path holds no symbolic link. */
export function temporaryDirectory(scope: Scope): string {
  const directory = new TemporaryDirectory();
  scope.after(() => {
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
