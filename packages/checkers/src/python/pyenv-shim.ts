import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Invocation } from '../checker-profile.js';
import { startOf } from './script-interpreter.js';

export interface BehindShim {
  /** The executable that the shim would start. */
  readonly executable: string;
  /** The paths by which pyenv decides. */
  readonly witnesses: readonly string[];
}

/** Stands in for the variables by which pyenv decides. */
export const pyenvVariables = ['PYENV_ROOT', 'PYENV_VERSION', 'PYENV_DIR'] as const;

const whichTimeoutMs = 10_000;

/**
 * Looks behind a shim of pyenv: a shell script of one name for every version of Python, which costs as much to ask as
 * the checker itself. `undefined` where the file is none, or pyenv has no answer.
 */
export async function lookBehindShim(
  file: string,
  program: string,
  place: Invocation,
): Promise<BehindShim | undefined> {
  const pyenv = /^exec "?([^"\n]*\/pyenv)"? exec /m.exec(startOf(file))?.[1];
  if (pyenv === undefined) return undefined;
  const { cwd, env } = place;
  try {
    const { stdout } = await promisify(execFile)(pyenv, ['which', program], {
      cwd,
      env: { ...env },
      timeout: whichTimeoutMs,
    });
    const root = env['PYENV_ROOT'] ?? dirname(dirname(pyenv));
    return { executable: stdout.trim(), witnesses: [file, join(root, 'version'), ...localVersions(place)] };
  } catch {
    return undefined;
  }
}

/** `.python-version` counts in the working directory and in every folder above it. */
function localVersions({ cwd, env }: Invocation): readonly string[] {
  const starts = [cwd, env['PYENV_DIR'] ?? cwd];
  return [...new Set(starts.flatMap(foldersFrom))].map((folder) => join(folder, '.python-version'));
}

function foldersFrom(start: string): readonly string[] {
  const parent = dirname(start);
  return parent === start ? [start] : [start, ...foldersFrom(parent)];
}
