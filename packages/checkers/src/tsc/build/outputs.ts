import { dirname, join, relative, resolve } from 'node:path';
import { isInside } from '../../portable-path.js';
import type { BuildProject } from './solution.js';

/** What may come of a source, by its extension; each with a map. */
const outputsOf: Readonly<Record<string, readonly string[]>> = {
  '.ts': ['.js', '.d.ts'],
  '.tsx': ['.js', '.jsx', '.d.ts'],
  '.js': ['.js', '.d.ts'],
  '.jsx': ['.js', '.jsx', '.d.ts'],
  '.mts': ['.mjs', '.d.mts'],
  '.mjs': ['.mjs', '.d.mts'],
  '.cts': ['.cjs', '.d.cts'],
  '.cjs': ['.cjs', '.d.cts'],
  '.json': ['.json'],
};

/** Folders of a project that hold nothing but output. */
export function outputFoldersOf({ folder, options }: BuildProject): readonly string[] {
  const named = [options['outDir'], options['declarationDir']].filter((name) => typeof name === 'string');
  return named.map((name) => resolve(folder, name)).filter((place) => !isInside(folder, place));
}

export function isDeclaration(path: string): boolean {
  return /\.d\.([^./]+\.)?[cm]?ts$/.test(path);
}

/** Each place where output of a source may stand. All paths are absolute. */
export function possibleOutputs(
  source: string,
  sources: readonly string[],
  { folder, options }: BuildProject,
): readonly string[] {
  const extension = /\.[^.]*$/.exec(source)?.[0] ?? '';
  const endings = (outputsOf[extension] ?? []).flatMap((ending) => [ending, `${ending}.map`]);
  const at = (name: string) => {
    const value = options[name];
    return typeof value === 'string' ? resolve(folder, value) : undefined;
  };
  const targets = [...new Set([at('outDir'), at('declarationDir')])].filter((target) => target !== undefined);
  // Which one holds is a matter of the version, where none is said.
  const bases = at('rootDir') === undefined ? [folder, commonFolder(sources)] : [at('rootDir')!];
  const stems = [
    ...(targets.length < 2 && at('outDir') !== undefined ? [] : [source]),
    ...targets.flatMap((target) =>
      bases.filter((base) => isInside(source, base)).map((base) => join(target, relative(base, source))),
    ),
  ];
  const places = stems.flatMap((stem) =>
    endings.map((ending) => `${stem.slice(0, stem.length - extension.length)}${ending}`),
  );
  return [...new Set(places)].filter((place) => !sources.includes(place));
}

function commonFolder(sources: readonly string[]): string {
  const [first = '/', ...others] = sources.map((source) => dirname(source));
  let common = first;
  for (const folder of others) while (!isInside(folder, common)) common = dirname(common);
  return common;
}
