import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CacheError } from '@cleanmiss/core';

/**
 * Loads a package that the project has installed, as its own code would find it.
 *
 * @param root The project's folder: an absolute path.
 * @param wanted What to install where it is missing, this one included.
 * @throws {CacheError} `ERR_CONFIG`
 */
export async function loadProjectPackage(
  root: string,
  name: string,
  wanted: readonly string[],
): Promise<unknown> {
  const path = resolvedFrom(root, name, wanted);
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new CacheError('ERR_CONFIG', `${name} is installed, but cannot be loaded`, { cause });
  }
}

/**
 * A class that a module exports: by its name, or as the default. A CommonJS module that was ESM before it was compiled has
 * its default in its default.
 */
export function exportedClass(module: unknown, name: string): Constructor | undefined {
  const outer = module as Exports;
  const inner = (outer.default ?? {}) as Exports;
  const candidates = [outer[name], inner[name], inner.default, outer.default];
  return candidates.find((candidate): candidate is Constructor => typeof candidate === 'function');
}

export type Constructor = new (...args: readonly unknown[]) => unknown;

type Exports = Readonly<Record<string, unknown>> & { readonly default?: unknown };

function resolvedFrom(root: string, name: string, wanted: readonly string[]): string {
  try {
    return createRequire(join(root, '_')).resolve(name);
  } catch (cause) {
    const install = `npm install --save-dev ${wanted.join(' ')}`;
    throw new CacheError('ERR_CONFIG', `${name} is not installed in ${root}: ${install}`, { cause });
  }
}
