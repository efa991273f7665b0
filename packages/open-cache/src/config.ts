import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CacheError, isJsonObject, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import { defaultLocalDirectory } from './default-directory.js';

export const configFileName = 'cleanmiss.config.json';

/** `read` stores nothing; `off` neither reads nor stores. */
export type CacheMode = 'read' | 'read-write' | 'off';

export interface CleanmissConfig {
  /** Where the store of this machine is: an absolute path. Default: the user's cache directory. */
  readonly local: string;
  /** Default: `read-write`. */
  readonly mode: CacheMode;
  /** What this project is called in refs. Default: from git's origin, else the folder's name. */
  readonly project: string | undefined;
}

/** What one source of configuration may say; the texts are as the user wrote them. */
export interface ConfigLayer {
  readonly local?: string | undefined;
  readonly mode?: string | undefined;
  readonly project?: string | undefined;
}

export interface ConfigSources {
  /** The project root: the configuration file is in it, and its relative paths start from it. */
  readonly root: string;
  /** Relative paths in the environment and in flags start from here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: ConfigLayer;
}

/**
 * Configuration file < environment < flags.
 * @throws {CacheError} `ERR_CONFIG`, naming the source, the member and what it may be.
 */
export function loadConfig({ root, cwd, env, flags }: ConfigSources): CleanmissConfig {
  const file = readConfigFile(join(root, configFileName));
  const mode = firstOf([
    [flags.mode, '--mode'],
    [env['CLEANMISS_MODE'], 'CLEANMISS_MODE'],
    [file.mode, configFileName],
  ]);
  const near = nonEmpty(flags.local) ?? nonEmpty(env['CLEANMISS_LOCAL']);
  const far = nonEmpty(file.local);
  return {
    local: near ? resolve(cwd, near) : far ? resolve(root, far) : defaultLocalDirectory(env),
    mode: mode ? parseMode(...mode) : 'read-write',
    project: nonEmpty(flags.project) ?? nonEmpty(file.project),
  };
}

function readConfigFile(path: string): ConfigLayer {
  const text = readIfThere(path);
  if (text === undefined) return {};
  const document = parseJson(text);
  if (!isJsonObject(document)) throw new CacheError('ERR_CONFIG', `${path} is not a JSON object`);
  for (const name of Object.keys(document)) {
    if (!members.has(name)) {
      throw new CacheError(
        'ERR_CONFIG',
        `${path} has a member "${name}"; known are ${[...members].join(', ')}`,
      );
    }
  }
  return {
    local: textOf(document, 'local', path),
    mode: textOf(document, 'mode', path),
    project: textOf(document, 'project', path),
  };
}

const members: ReadonlySet<string> = new Set(['$schema', 'local', 'mode', 'project']);

function textOf(document: JsonObject, name: string, path: string): string | undefined {
  const value: Json | undefined = document[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new CacheError('ERR_CONFIG', `"${name}" in ${path} must be a text that is not empty`);
}

function parseMode(text: string, source: string): CacheMode {
  if (text === 'read' || text === 'read-write' || text === 'off') return text;
  throw new CacheError(
    'ERR_CONFIG',
    `${source}: mode ${JSON.stringify(text)} is none of read, read-write, off`,
  );
}

function firstOf(
  choices: readonly (readonly [string | undefined, string])[],
): readonly [string, string] | undefined {
  for (const [value, source] of choices) {
    const text = nonEmpty(value);
    if (text) return [text, source];
  }
  return undefined;
}

/** A variable that is set to nothing says nothing. */
function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CacheError('ERR_CONFIG', `${path} cannot be read`, { cause: error });
  }
}
