import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '@cleanmiss/core';
import type { StateLayout } from '@cleanmiss/snapshot';
import type { Corpus, CorpusFile } from './corpus.js';

export interface LargeState {
  /** As they were written. */
  readonly paths: readonly string[];
  readonly bytes: number;
}

export interface LargeStateOptions {
  readonly corpus: Corpus;
  readonly layout: StateLayout;
  readonly directory: string;
  readonly isEnough: (state: LargeState) => boolean;
}

export const largeStateNote =
  'States are whole modules of the real one, in an order that has nothing to do with their names, again and again under ' +
  'numbered folders; each copy ends with another number of blanks, so that no two files are one blob.';

/** As many modules of a real state as are wanted, written as a checker would write them. */
export function writeLargeState({ corpus, layout, directory, isEnough }: LargeStateOptions): LargeState {
  const modules = modulesOf(corpus, layout);
  const state = { paths: [] as string[], bytes: 0 };
  for (let copy = 0; ; copy++) {
    for (const files of modules) {
      for (const { path, bytes } of files.map((file) => copied(file, copy))) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), bytes);
        state.paths.push(path);
        state.bytes += bytes.length;
      }
      if (isEnough(state)) return state;
    }
  }
}

/** The same for every size, so that a small state has the mixture of a large one. */
function modulesOf({ files }: Corpus, layout: StateLayout): readonly (readonly CorpusFile[])[] {
  const modules = new Map<string, CorpusFile[]>();
  for (const file of files) {
    const unit = layout.unitOf(file.path);
    // What is there once stays once.
    if (unit === undefined || layout.isRequired(unit)) continue;
    const known = modules.get(unit);
    if (known) known.push(file);
    else modules.set(unit, [file]);
  }
  const rank = (unit: string) => digestOf(Buffer.from(unit));
  return [...modules].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)).map(([, members]) => members);
}

function copied({ path, bytes }: CorpusFile, copy: number): CorpusFile {
  return {
    path: path.replace('/', `/${String(copy)}/`),
    bytes: Buffer.concat([bytes, Buffer.alloc(copy, ' ')]),
  };
}
