import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CacheError, isJsonObject, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import { defaultLocalDirectory } from './default-directory.js';
import { parseGc, type GcConfig } from './gc-config.js';
import {
  parseMode,
  parseRemoteList,
  parseRemoteMember,
  quoted,
  type CacheMode,
  type ParsedRemotes,
  type RemoteConfig,
} from './remote-config.js';
import { parseReplay, type ReplayConfig } from './replay-config.js';
import { parseScopes, parseTrust, refuseLooserScopes, type TrustConfig } from './trust-config.js';

export const configFileName = 'cleanmiss.config.json';

export interface CleanmissConfig {
  /** Where the store of this machine is: an absolute path. Default: the user's cache directory. */
  readonly local: string;
  /** `read` stores nothing; `off` neither reads nor stores. Default: `read-write`. */
  readonly mode: CacheMode;
  /** Tiers that others share, in the order in which they are asked. Default: none. */
  readonly remotes: readonly RemoteConfig[];
  /** For people: what of the configuration could not be used. */
  readonly notices: readonly string[];
  /** How long one run may wait for remotes in all, in milliseconds. Default: 3000. */
  readonly budgetMs: number;
  /** What this project is called in refs. Default: from git's origin, else the folder's name. */
  readonly project: string | undefined;
  /**
   * Where we stand among those who share a tier: our own scope first, which alone we write to, then those that are more trusted, which
   * we read as well. Default: none, everybody reads what everybody writes.
   */
  readonly scopes: readonly string[];
  readonly trust: TrustConfig;
  /** What is written into each meta of who wrote it. Default: the user and the machine, or the repository in CI. */
  readonly writer: string | undefined;
  /** What the local store is kept to, and whether runs see to it. */
  readonly gc: GcConfig;
  /** Descriptions of checkers by their names, as they are written: who knows checkers, knows what they mean. Default: none. */
  readonly checkers: JsonObject;
  /** Which checks may be answered from the store, by checker. Default: none. */
  readonly replay: ReplayConfig;
}

/** What one source of configuration may say; the texts are as the user wrote them. */
export interface ConfigLayer {
  readonly local?: string | undefined;
  readonly mode?: string | undefined;
  readonly project?: string | undefined;
  /** URLs with white space between them; `off` for none. */
  readonly remote?: string | undefined;
  readonly remoteMode?: string | undefined;
  readonly budgetMs?: string | undefined;
}

const maxFileBytes = 1024 * 1024;

/** Of a run, in milliseconds. */
export const defaultBudgetMs = 3000;

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
  const path = join(root, configFileName);
  const file = readConfigFile(path);
  const mode = firstOf([
    [flags.mode, '--mode'],
    [env['CLEANMISS_MODE'], 'CLEANMISS_MODE'],
    [textOf(file, 'mode', path), configFileName],
  ]);
  const near = nonEmpty(flags.local) ?? nonEmpty(env['CLEANMISS_LOCAL']);
  const far = textOf(file, 'local', path);
  // Else a folder would be made that is called like a remote, and its password.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(near ?? far ?? ''))
    throw new CacheError(
      'ERR_CONFIG',
      'local is a folder of this machine, and no URL: that belongs into remote',
    );
  const scopes = parseScopes(file['scopes'], path, env);
  const trust = parseTrust(file['trust'], path, env, cwd);
  refuseLooserScopes(scopes, trust);
  return {
    local: near ? resolve(cwd, near) : far ? resolve(root, far) : defaultLocalDirectory(env),
    mode: mode ? parseMode(...mode) : 'read-write',
    project: nonEmpty(flags.project) ?? textOf(file, 'project', path),
    ...remotesOf(file, path, env, flags),
    budgetMs: budgetOf(file, path, env, flags),
    scopes,
    trust,
    writer: nonEmpty(env['CLEANMISS_WRITER']) ?? textOf(file, 'writer', path),
    gc: parseGc(file['gc'], path, env['CLEANMISS_GC']),
    checkers: objectOf(file, 'checkers', path),
    replay: parseReplay(objectOf(file, 'replay', path), path),
  };
}

function remotesOf(
  file: JsonObject,
  path: string,
  env: ConfigSources['env'],
  flags: ConfigLayer,
): ParsedRemotes {
  const list = firstOf([
    [flags.remote, '--remote'],
    [env['CLEANMISS_REMOTE'], 'CLEANMISS_REMOTE'],
  ]);
  const mode = firstOf([
    [flags.remoteMode, '--remote-mode'],
    [env['CLEANMISS_REMOTE_MODE'], 'CLEANMISS_REMOTE_MODE'],
  ]);
  const { remotes, notices } = list
    ? { remotes: parseRemoteList(...list), notices: [] }
    : parseRemoteMember(file['remote'], path, env);
  const parsed = mode && parseMode(...mode);
  return { remotes: parsed ? remotes.map((remote) => ({ ...remote, mode: parsed })) : remotes, notices };
}

function budgetOf(file: JsonObject, path: string, env: ConfigSources['env'], flags: ConfigLayer): number {
  const text = firstOf([
    [flags.budgetMs, '--budget-ms'],
    [env['CLEANMISS_BUDGET_MS'], 'CLEANMISS_BUDGET_MS'],
  ]);
  const [value, source] = text ? [Number(text[0]), text[1]] : [file['budgetMs'], `"budgetMs" in ${path}`];
  if (value === undefined) return defaultBudgetMs;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new CacheError('ERR_CONFIG', `${source} must be milliseconds, zero or more`);
}

function readConfigFile(path: string): JsonObject {
  const text = readIfThere(path);
  if (text === undefined) return {};
  const document = parseJson(text);
  if (!isJsonObject(document)) throw new CacheError('ERR_CONFIG', `${path} is not a JSON object`);
  const unknown = Object.keys(document).find((name) => !members.has(name));
  if (unknown === undefined) return document;
  throw new CacheError(
    'ERR_CONFIG',
    `${path} has ${quoted('a member', unknown)}; known are ${[...members].join(', ')}`,
  );
}

const members: ReadonlySet<string> = new Set([
  '$schema',
  'local',
  'mode',
  'project',
  'remote',
  'budgetMs',
  'scopes',
  'trust',
  'writer',
  'gc',
  'checkers',
  'replay',
]);

function textOf(document: JsonObject, name: string, path: string): string | undefined {
  const value: Json | undefined = document[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new CacheError('ERR_CONFIG', `"${name}" in ${path} must be a text that is not empty`);
}

function objectOf(document: JsonObject, name: string, path: string): JsonObject {
  const value = document[name] ?? {};
  if (isJsonObject(value)) return value;
  throw new CacheError('ERR_CONFIG', `"${name}" in ${path} must be an object`);
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
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    // It comes with a repository, and may be a link to anything: a pipe would be waited for, a device be read for ever.
    if (stats.isFile() && stats.size <= maxFileBytes) return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CacheError('ERR_CONFIG', `${path} cannot be read`, { cause: error });
  }
  throw new CacheError('ERR_CONFIG', `${path} is no file of ${maxFileBytes} bytes at most`);
}
