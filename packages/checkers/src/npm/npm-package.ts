import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import type { NpmCommand } from './npm-command.js';

/** A tool as it is installed. */
export interface NpmPackage {
  /** Its folder, links resolved. */
  readonly directory: string;
  readonly version: string;
}

/** Which package a command would run; where that cannot be told, a clause that says so. Starts no process. */
export function findNpmPackage(
  command: NpmCommand,
  tool: string,
  invocation: Pick<Invocation, 'cwd' | 'env'>,
): NpmPackage | { readonly why: string } {
  const found = findFile(command, tool, invocation);
  if (typeof found !== 'string') return found;
  return packageOf(found, tool) ?? { why: `the package of ${tool} cannot be told from ${found}` };
}

export function readJsonFile(file: string): JsonObject | undefined {
  try {
    const document = parseJson(readFileSync(file, 'utf8'));
    return isJsonObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** A folder and those above it, up to the system's root. */
export function foldersFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersFrom(above)];
}

function findFile(
  { lookup }: NpmCommand,
  tool: string,
  { cwd, env }: Pick<Invocation, 'cwd' | 'env'>,
): string | { readonly why: string } {
  if (lookup.kind === 'script') return resolve(cwd, lookup.file);
  if (lookup.kind === 'program') {
    return findExecutable(lookup.word, { cwd, env }) ?? { why: `there is no ${lookup.word}` };
  }
  const folders = foldersFrom(cwd);
  const manifest = folders.map((folder) => join(folder, 'package.json')).find(existsSync);
  if (lookup.scriptsFirst && manifest && hasScript(manifest, tool))
    return { why: `${tool} is a script of package.json` };
  const installed = folders.map((folder) => join(folder, 'node_modules', '.bin', tool)).find(existsSync);
  return installed ?? { why: `no node_modules from here upwards holds ${tool}` };
}

function hasScript(manifest: string, name: string): boolean {
  const scripts = readJsonFile(manifest)?.['scripts'];
  return isJsonObject(scripts) && name in scripts;
}

/** The file may be a link into the package, or a script of an installer's that starts what lies beside its folder. */
function packageOf(file: string, tool: string): NpmPackage | undefined {
  try {
    const real = realpathSync(file);
    const beside = basename(dirname(file)) === '.bin' ? [join(dirname(dirname(file)), tool)] : [];
    return [...foldersFrom(dirname(real)).slice(0, 4), ...beside]
      .map((at) => asPackage(at, tool))
      .find(Boolean);
  } catch {
    return undefined;
  }
}

function asPackage(directory: string, tool: string): NpmPackage | undefined {
  const manifest = readJsonFile(join(directory, 'package.json'));
  const version = manifest?.['version'];
  if (manifest?.['name'] !== tool || typeof version !== 'string') return undefined;
  return { directory: realpathSync(directory), version };
}
