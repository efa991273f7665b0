import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The files of one real state, as bytes in memory. */
export interface Corpus {
  readonly name: string;
  /** The state itself. Not to be changed. */
  readonly directory: string;
  readonly files: readonly CorpusFile[];
  readonly bytes: number;
}

export interface CorpusFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly bytes: Buffer;
}

export function readCorpus(name: string, directory: string): Corpus {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(directory, path).replaceAll('\\', '/'), bytes: readFileSync(path) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name, directory, files, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}
