import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isInside } from '../../portable-path.js';
import { installedAround } from '../../npm/installed-packages.js';
import type { BuildProject } from './solution.js';

/** What a project's output was made from. */
export interface BuildInputs {
  /** Names its merged configuration. */
  readonly config: string;
  /** Names what is installed around it. */
  readonly installed: string;
  /** Names the files among which its sources and what they import were looked for. */
  readonly listing: string;
  /** SHA-256 by path from the root, `null` where none must be. */
  readonly files: Readonly<Record<string, string | null>>;
}

export interface Surroundings {
  readonly root: string;
  /** Where output of the project may stand. */
  readonly outputs: ReadonlySet<string>;
  /** Folders that hold nothing but output, of any project. */
  readonly outputFolders: readonly string[];
}

/** `undefined` where one of the files lies outside the root: what it is elsewhere, nobody can say. */
export function inputsOf(
  project: BuildProject,
  paths: readonly string[],
  around: Surroundings,
): BuildInputs | undefined {
  const { root } = around;
  if (!paths.every((path) => isInside(path, root))) return undefined;
  const manifests = foldersUp(project.folder, root).map((folder) => join(folder, 'package.json'));
  const files = [...new Set([...paths, ...manifests])].sort();
  return {
    config: project.config,
    installed: installedAround({ cwd: project.folder, root, tool: project.folder }).join(' '),
    listing: listingOf(project, paths, around),
    files: Object.fromEntries(
      files.map((path) => [relative(root, path).replaceAll(sep, '/'), sha256Of(path)]),
    ),
  };
}

export function sha256Of(path: string): string | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** With one of these, an import may be looked for in folders that hold none of the files so far. */
const farReaching = ['paths', 'rootDirs', 'baseUrl', 'typeRoots', 'moduleSuffixes', 'customConditions'];

/**
 * tsc -b does not see a file that was added with an old time. So the names of all that could be one are compared: below the project, and
 * beside and above each file that was read.
 */
function listingOf(
  { folder, options }: BuildProject,
  paths: readonly string[],
  { root, outputs, outputFolders }: Surroundings,
): string {
  const isFar = farReaching.some((name) => options[name] !== undefined);
  const below = filesBelow(isFar ? root : folder);
  const around = new Set(paths.flatMap((path) => foldersUp(dirname(path), root)));
  const beside = [...around].flatMap((at) =>
    entriesOf(at)
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => join(at, name)),
  );
  const isOutput = (path: string) =>
    outputs.has(path) || outputFolders.some((place) => isInside(path, place));
  const names = [...new Set([...below, ...beside])].filter(
    (path) =>
      /\.(?:[cm]?[jt]sx?|json)$/.test(path) && !isOutput(path) && !path.includes(`${sep}node_modules${sep}`),
  );
  const portable = names.map((path) => relative(root, path).replaceAll(sep, '/')).sort();
  return createHash('sha256').update(JSON.stringify(portable)).digest('hex');
}

function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', '.git', '.cleanmiss'].includes(entry.name) ? [] : filesBelow(path);
  });
}

/** The folder and those above it, up to the root. */
function foldersUp(folder: string, root: string): readonly string[] {
  if (!isInside(folder, root)) return [];
  return folder === root ? [folder] : [folder, ...foldersUp(dirname(folder), root)];
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
