import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import type { TscArguments } from './tsc-arguments.js';

export type TscProject =
  /** Its merged options, as the files name them. */
  | { readonly file: string | undefined; readonly options: Readonly<Record<string, unknown>> }
  /** One clause for people. */
  | { readonly why: string };

/** What `tsc` takes its options from: the configuration that is named, or the nearest; none for files on the command line. */
export function projectOf({ project, files }: TscArguments, cwd: string): TscProject {
  if (files.length > 0) return { file: undefined, options: {} };
  const file = project === undefined ? nearest(cwd) : namedBy(resolve(cwd, project));
  if (file === undefined) return { why: `there is no ${project ?? 'tsconfig.json'}` };
  try {
    // Another object than the one it keeps in mind.
    return {
      file,
      options: { ...(parseTsconfig(file).compilerOptions as Record<string, unknown> | undefined) },
    };
  } catch (error) {
    return { why: `its configuration cannot be read (${(error as Error).message})` };
  }
}

function namedBy(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return path;
  const file = join(path, 'tsconfig.json');
  return existsSync(file) ? file : undefined;
}

function nearest(cwd: string): string | undefined {
  for (let at = cwd; ; at = dirname(at)) {
    const file = join(at, 'tsconfig.json');
    if (existsSync(file)) return file;
    if (dirname(at) === at) return undefined;
  }
}
