import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryDirectory } from './keyv-fixture.js';

/** An adapter in memory that remembers how it was made, and what life it was told to give. */
export interface StubAdapter {
  /** By their names, as the adapter makes them of keys. */
  readonly values: ReadonlyMap<string, string>;
  readonly args: readonly unknown[];
  readonly ttls: readonly (number | undefined)[];
}

/** A project's folder, in which tests install what they like. */
export class StubProject {
  readonly path: string;
  readonly #require: NodeJS.Require;

  constructor(t: TestContext) {
    const { path, remove } = temporaryDirectory();
    t.after(remove);
    this.path = path;
    this.#require = createRequire(join(path, '_'));
  }

  /** The real one. */
  installKeyv(): void {
    const ours = dirname(dirname(createRequire(import.meta.url).resolve('keyv')));
    mkdirSync(join(this.path, 'node_modules'), { recursive: true });
    symlinkSync(ours, join(this.path, 'node_modules', 'keyv'));
  }

  install(name: string, code: string): void {
    const directory = join(this.path, 'node_modules', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'index.js'), code);
  }

  /** `members`: more of its class, in JavaScript. */
  installStub(name: string, members = ''): void {
    this.install(
      name,
      `class Stub {
        opts = { url: '' };
        values = new Map();
        ttls = [];
        constructor(...args) { this.args = args; exports.made.push(this); }
        nameOf(key) { return key; }
        async get(key) { return this.values.get(this.nameOf(key)); }
        async set(key, value, ttl) { this.ttls.push(ttl); this.values.set(this.nameOf(key), value); }
        async delete(key) { return this.values.delete(this.nameOf(key)); }
        async clear() {}
        ${members}
      }
      exports.made = [];
      exports.default = Stub;`,
    );
  }

  /** The last one that was made of a stub. */
  made(name: string): StubAdapter {
    const { made } = this.#require(name) as { readonly made: readonly StubAdapter[] };
    return made.at(-1)!;
  }
}
