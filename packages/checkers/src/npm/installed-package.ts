import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject, parseJson } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import type { NpmCommand } from './npm-command.js';

/** A package as it lies in some `node_modules`. */
export interface InstalledPackage {
  readonly version: string;
  /** Absolute, links resolved. */
  readonly directory: string;
}

/**
 * The package whose tool the command starts, found as the system and the package managers find it, without starting
 * anything; `undefined` where it cannot be told.
 */
export function packageOf(
  { word }: NpmCommand,
  name: string,
  invocation: Pick<Invocation, 'cwd' | 'env'>,
): InstalledPackage | undefined {
  if (word === undefined) return packageAbove(invocation.cwd, name);
  const isScript = /\.[cm]?js$/.test(word) || word.includes(`${name}/bin/`);
  const file = isScript ? resolve(invocation.cwd, word) : findExecutable(word, invocation);
  if (file === undefined) return undefined;
  // npm links to the script; pnpm, and everybody on Windows, write a small program beside the packages.
  return packageHolding(file, name) ?? readPackage(join(dirname(file), '..', name), name);
}

/** As Node looks for a package from a folder. */
export function packageAbove(folder: string, name: string): InstalledPackage | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = readPackage(join(at, 'node_modules', name), name);
    if (found) return found;
    if (dirname(at) === at) return undefined;
  }
}

function packageHolding(file: string, name: string): InstalledPackage | undefined {
  let at: string;
  try {
    at = dirname(realpathSync(file));
  } catch {
    return undefined;
  }
  for (; dirname(at) !== at; at = dirname(at)) {
    const found = readPackage(at, name);
    if (found) return found;
  }
  return undefined;
}

function readPackage(directory: string, name: string): InstalledPackage | undefined {
  try {
    const document = parseJson(readFileSync(join(directory, 'package.json'), 'utf8'));
    if (!isJsonObject(document) || document['name'] !== name) return undefined;
    const { version } = document;
    return typeof version === 'string' ? { version, directory: realpathSync(directory) } : undefined;
  } catch {
    return undefined;
  }
}
