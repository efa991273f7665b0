import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isInside } from '../mypy/mypy-context.js';
import { foldersFrom, readJsonFile } from './npm-package.js';

/** What an installer notes down of all that it has put into a `node_modules`. None of them holds a path of the machine. */
const notes = ['.package-lock.json', join('.pnpm', 'lock.yaml'), '.yarn-integrity', '.yarn-state.yml'];

/**
 * Names the content of a `node_modules`: another one when a package was added, removed, or has another version. What was edited
 * in place is not noticed.
 */
export function digestOfInstalled(nodeModules: string): string {
  const noted = notes.map((name) => textOf(join(nodeModules, name))).filter((text) => text !== undefined);
  const versions = packagesIn(nodeModules).map((name) => `${name} ${versionOf(join(nodeModules, name))}`);
  return createHash('sha256')
    .update(JSON.stringify([noted, versions]))
    .digest('hex')
    .slice(0, 32);
}

/** The packages that are links to a folder outside the project (`npm link`): their content may be anything. */
export function strayLinks(nodeModules: string, root: string): readonly string[] {
  const own = realpathSync(nodeModules);
  return packagesIn(nodeModules).filter((name) => {
    const real = realPathOf(join(nodeModules, name));
    return real !== undefined && !isInside(real, own) && !isInside(real, root);
  });
}

/** Scoped ones as `@scope/name`. */
function packagesIn(nodeModules: string): readonly string[] {
  const names = namesIn(nodeModules).filter((name) => !name.startsWith('.'));
  return names
    .flatMap((name) =>
      name.startsWith('@') ? namesIn(join(nodeModules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .sort();
}

function versionOf(directory: string): string {
  const version = readJsonFile(join(directory, 'package.json'))?.['version'];
  return typeof version === 'string' ? version : '';
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Every `node_modules` that a tool finds from the working directory upwards within the project, and the one that it stands in itself. */
export function installedAround({
  cwd,
  root,
  tool,
}: {
  cwd: string;
  root: string;
  tool: string;
}): readonly string[] {
  const above = foldersFrom(cwd).filter((folder) => isInside(folder, root));
  const own = foldersFrom(tool).filter((folder) => basename(folder) === 'node_modules');
  const around = above.map((folder) => realPathOf(join(folder, 'node_modules')));
  const folders = [...around, own.at(-1)].filter((folder) => folder !== undefined);
  return [...new Set(folders)].map(digestOfInstalled);
}
