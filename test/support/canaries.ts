import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Somebody's own files: what a test says that nobody touches. */
export class CanaryTree {
  readonly path: string;
  #before: readonly string[] = [];

  constructor(path: string) {
    this.path = path;
    for (const name of ['thesis/chapter', 'history.jsonl', 'slot.json', 'begun', 'state/a.meta.json']) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), `the content of ${name}`);
    }
    this.look();
  }

  file(name = 'thesis/chapter'): string {
    return join(this.path, name);
  }

  /** From here on, nothing is to change. */
  look(): void {
    this.#before = lookOf(this.path);
  }

  assertUntouched(): void {
    assert.deepEqual(lookOf(this.path), this.#before);
  }
}

/** Names, kinds, owners, modes, times, bytes, and where links lead. */
function lookOf(tree: string): readonly string[] {
  const paths = ['.', ...readdirSync(tree, { recursive: true, encoding: 'utf8' })].sort();
  return paths.map((path) => {
    const stats = lstatSync(join(tree, path));
    const held = stats.isFile() ? readFileSync(join(tree, path), 'latin1') : '';
    const target = stats.isSymbolicLink() ? readlinkSync(join(tree, path)) : held;
    return [path, stats.mode, stats.uid, stats.mtimeMs, target].join(' ');
  });
}
