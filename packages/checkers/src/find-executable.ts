import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, extname, join, resolve } from 'node:path';
import type { Invocation } from './checker-profile.js';

const isWindows = process.platform === 'win32';

/**
 * The file that starting `word` would run, not resolved any further; `undefined` where the system would find none.
 */
export function findExecutable(
  word: string,
  { cwd, env }: Pick<Invocation, 'cwd' | 'env'>,
): string | undefined {
  const isPath = basename(word) !== word;
  const folders = isPath ? [''] : searchPath(env);
  const candidates = folders.map((folder) => resolve(cwd, join(folder, word)));
  return candidates.flatMap(withExtensions).find(isExecutable);
}

function searchPath(env: Invocation['env']): readonly string[] {
  const path = env['PATH'] ?? env['Path'] ?? '';
  // Windows looks into the working directory first; elsewhere an empty entry means it, as `resolve` takes it.
  return isWindows ? ['', ...path.split(delimiter)] : path.split(delimiter);
}

function withExtensions(file: string): readonly string[] {
  if (!isWindows) return [file];
  return extname(file) === '' ? [`${file}.com`, `${file}.exe`] : [file];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
