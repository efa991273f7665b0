import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import type { Json } from '@cleanmiss/core';
import { digestOf, isInside } from '../../portable-path.js';

/** One project of a build. Paths are absolute. */
export interface BuildProject {
  /** Its configuration, from the root with `/`. */
  readonly name: string;
  readonly folder: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Where `tsc -b` keeps its state. */
  readonly buildInfo: string;
  /** Names its merged configuration. */
  readonly config: string;
  /** The names of those that it refers to. */
  readonly references: readonly string[];
  /** `false`: it does nothing but refer to others. */
  readonly hasFiles: boolean;
}

/** What `tsc -b` builds: those that are referenced before those that refer to them; or a clause that says why it is not ours. */
export function solutionOf(
  starts: readonly string[],
  { cwd, root }: { readonly cwd: string; readonly root: string },
): readonly BuildProject[] | string {
  const found = new Map<string, BuildProject | undefined>();
  const visit = (file: string): string | undefined => {
    if (found.has(file)) return undefined;
    if (!isInside(file, root)) return 'a project of the build lies outside';
    // Circles are for tsc to complain of.
    found.set(file, undefined);
    const parsed = parsedOf(file);
    if (typeof parsed === 'string') return parsed;
    const references: string[] = [];
    for (const { path } of parsed.references) {
      const reference = configAt(resolve(dirname(file), path));
      if (reference === undefined) return `there is no ${path}`;
      const why = visit(reference);
      if (why !== undefined) return why;
      references.push(nameOf(reference, root));
    }
    // Those that it refers to stand before it.
    found.delete(file);
    found.set(file, { ...projectOf(file, root, parsed), references });
    return undefined;
  };
  for (const start of starts.length > 0 ? starts : ['.']) {
    const file = configAt(resolve(cwd, start));
    const why = file === undefined ? `there is no ${start}` : visit(file);
    if (why !== undefined) return why;
  }
  return [...found.values()].filter((project) => project !== undefined);
}

interface ParsedConfig {
  readonly options: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly path: string }[];
  readonly files: readonly string[] | undefined;
  readonly include: readonly string[] | undefined;
  readonly all: unknown;
}

function parsedOf(file: string): ParsedConfig | string {
  try {
    const all = parseTsconfig(file);
    const options = (all.compilerOptions ?? {}) as Readonly<Record<string, unknown>>;
    if (options['outFile'] !== undefined || options['out'] !== undefined)
      return 'a configuration has outFile, which writes one file for all';
    const { files, include, references = [] } = all;
    return { options, files, include, references, all };
  } catch (error) {
    return `a configuration cannot be read (${(error as Error).message})`;
  }
}

function projectOf(
  file: string,
  root: string,
  { options, files, include, all }: ParsedConfig,
): Omit<BuildProject, 'references'> {
  const folder = dirname(file);
  const hasFiles = files?.length !== 0 || include !== undefined;
  const text = JSON.stringify(all).replaceAll(JSON.stringify(root).slice(1, -1), '<root>');
  return {
    name: nameOf(file, root),
    folder,
    options,
    buildInfo: buildInfoOf(file, options),
    config: digestOf(JSON.parse(text) as Json),
    hasFiles,
  };
}

function nameOf(file: string, root: string): string {
  return relative(root, file).replaceAll(sep, '/');
}

/** As TypeScript has it: `tsBuildInfoFile`, else named after the configuration, as if that were a source. */
function buildInfoOf(file: string, options: BuildProject['options']): string {
  const folder = dirname(file);
  const at = (name: string) => {
    const value = options[name];
    return typeof value === 'string' ? resolve(folder, value) : undefined;
  };
  const own = at('tsBuildInfoFile');
  if (own !== undefined) return own;
  const name = `${basename(file).replace(/\.json$/, '')}.tsbuildinfo`;
  const [outDir, rootDir] = [at('outDir'), at('rootDir')];
  if (outDir === undefined) return join(folder, name);
  return rootDir === undefined ? join(outDir, name) : resolve(outDir, relative(rootDir, folder), name);
}

function configAt(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'tsconfig.json') : path;
  return existsSync(file) ? join(realpathSync(dirname(file)), basename(file)) : undefined;
}
