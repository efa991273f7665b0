import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '@cleanmiss/core';

const maxBytes = 1024 * 1024;

/** What is asked of a project's own files: none of them has to be there, or in order. */
export class ProjectFiles {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  has(name: string): boolean {
    return existsSync(join(this.root, name));
  }

  /** Empty where there is no such file. */
  text(name: string): string {
    const path = join(this.root, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    // A pipe would be waited for.
    if (!stats?.isFile() || stats.size > maxBytes) return '';
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  }

  json(name: string): JsonObject {
    const document = parseJson(this.text(name));
    return isJsonObject(document) ? document : {};
  }

  firstOf(names: readonly string[]): string | undefined {
    return names.find((name) => this.has(name));
  }
}
