import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Corpus } from '../corpus/corpus.js';

/** What the file system itself costs: a loop, no verification, no care for who else is there. */
export class BareFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The folders, which are not what a bare loop is measured for. */
  prepare({ files }: Corpus): void {
    for (const folder of new Set(files.map(({ path }) => dirname(path))))
      mkdirSync(join(this.#directory, folder), { recursive: true });
  }

  write({ files }: Corpus): void {
    for (const { path, bytes } of files) writeFileSync(join(this.#directory, path), bytes);
  }

  read({ files }: Corpus): readonly Buffer[] {
    return files.map(({ path }) => readFileSync(join(this.#directory, path)));
  }
}
