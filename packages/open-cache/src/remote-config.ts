import { CacheError, isJsonObject, isPlaceName, type Json, type JsonObject } from '@cleanmiss/core';

/** `read`: what stands there is used, nothing is brought there. `off`: not asked. */
export type CacheMode = 'read' | 'read-write' | 'off';

/** A tier that others share. */
export interface RemoteConfig {
  /** `redis://`, `rediss://`, ... `file:///mnt/team-cache`, or the URL of a Keyv store. May hold a password. */
  readonly url: string;
  /** Default: `read-write`. */
  readonly mode: CacheMode;
  /** Teams with different ones share a server and see nothing of each other. Default: `default`. */
  readonly namespace: string;
  /** How long an entry that nobody uses is kept, where the tier can tell, in milliseconds. Default: 30 days. */
  readonly ttlMs: number;
  /** For one try of one call, in milliseconds. Default: 2000. */
  readonly deadlineMs: number;
  /** In milliseconds. Default: 1000. */
  readonly connectTimeoutMs: number;
}

const dayMs = 24 * 60 * 60 * 1000;

export const defaultNamespace = 'default';

const defaults = {
  mode: 'read-write',
  namespace: defaultNamespace,
  ttlMs: 30 * dayMs,
  deadlineMs: 2000,
  connectTimeoutMs: 1000,
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** A remote as a program names it: its URL (`#namespace` at its end, if any), or that with what is not as it is by default. */
export type RemoteOption = string | (Pick<RemoteConfig, 'url'> & Partial<RemoteConfig>);

/** @throws {CacheError} `ERR_CONFIG` */
export function remoteOf(option: RemoteOption): RemoteConfig {
  const { url, ...settings } = typeof option === 'string' ? { url: option } : option;
  return { ...defaults, ...checkedUrl(url, 'remotes'), ...settings };
}

/** Of `CLEANMISS_REMOTE` and `--remote`: URLs with white space between them; `off` for none. */
export function parseRemoteList(text: string, source: string): readonly RemoteConfig[] {
  const urls = text.split(/\s+/).filter(Boolean);
  if (urls.length === 1 && urls[0] === 'off') return [];
  return urls.map((url) => ({ ...defaults, ...checkedUrl(url, source) }));
}

export interface ParsedRemotes {
  readonly remotes: readonly RemoteConfig[];
  /** For people: which remotes were left out, and why. */
  readonly notices: readonly string[];
}

/**
 * Of the configuration file: a URL, an object, or an array of them. In a URL, `${NAME}` stands for an environment variable. A
 * remote whose variable is not set is left out, with a notice: whoever has not got the password (a pull request from a
 * fork) still has a check to run.
 */
export function parseRemoteMember(value: Json | undefined, path: string, env: Environment): ParsedRemotes {
  if (value === undefined) return { remotes: [], notices: [] };
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  const notices: string[] = [];
  const remotes = list.flatMap((item) => {
    try {
      return [parseRemote(item, path, env)];
    } catch (error) {
      if (!(error instanceof UnsetVariable)) throw error;
      notices.push(error.message);
      return [];
    }
  });
  return { remotes, notices };
}

class UnsetVariable extends CacheError {
  constructor(name: string, path: string) {
    super('ERR_CONFIG', `a remote in ${path} is left out: the environment variable ${name} is not set`);
  }
}

/** @throws {CacheError} `ERR_CONFIG` */
export function parseMode(text: string, source: string): CacheMode {
  if (text === 'read' || text === 'read-write' || text === 'off') return text;
  throw new CacheError('ERR_CONFIG', `${source}: ${quoted('mode', text)} is none of read, read-write, off`);
}

/** Only a word: who has mistaken one setting for another may have put a URL here, and a password in it. */
export function quoted(what: string, text: string): string {
  return /^[\w-]{1,24}$/.test(text) ? `${what} "${text}"` : `${what} of another kind`;
}

function parseRemote(item: Json, path: string, env: Environment): RemoteConfig {
  if (typeof item === 'string') return { ...defaults, ...urlOf(item, path, env) };
  if (!isJsonObject(item)) throw problem(path, 'is neither a URL nor an object with a "url"');
  const unknown = Object.keys(item).find((name) => !members.has(name));
  if (unknown !== undefined)
    throw problem(path, `has ${quoted('a member', unknown)}; known are ${[...members].join(', ')}`);
  const { url, mode, namespace } = item;
  if (typeof url !== 'string') throw problem(path, 'has no "url"');
  if (namespace !== undefined && typeof namespace !== 'string')
    throw problem(path, 'has a "namespace" that is no text');
  const { namespace: fragment, ...rest } = urlOf(url, path, env);
  return {
    ...rest,
    mode: mode === undefined ? defaults.mode : parseMode(textOf(mode), `"remote" in ${path}`),
    namespace: namespace ?? fragment ?? defaults.namespace,
    ttlMs: Math.ceil((positive(item, 'ttlDays', path, maxTtlDays) ?? defaults.ttlMs / dayMs) * dayMs),
    deadlineMs: positive(item, 'deadlineMs', path, maxMs) ?? defaults.deadlineMs,
    connectTimeoutMs: Math.ceil(positive(item, 'connectTimeoutMs', path, maxMs) ?? defaults.connectTimeoutMs),
  };
}

const members: ReadonlySet<string> = new Set([
  'url',
  'mode',
  'namespace',
  'ttlDays',
  'deadlineMs',
  'connectTimeoutMs',
]);

/** A timer takes no more: with one millisecond above, it would end at once. */
const maxMs = 2 ** 31 - 1;
const maxTtlDays = 3650;

function positive(item: JsonObject, name: string, path: string, most: number): number | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value > 0 && value <= most) return value;
  throw problem(path, `has a "${name}" that is no number above zero, up to ${most}`);
}

/** So that a file in version control needs no password. A value is escaped: it may hold any character. */
function urlOf(text: string, path: string, env: Environment): Place {
  const url = text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw new UnsetVariable(name, path);
    return encodeURIComponent(value);
  });
  return checkedUrl(url, `"remote" in ${path}`);
}

type Place = Pick<RemoteConfig, 'url'> & Partial<Pick<RemoteConfig, 'namespace'>>;

/**
 * A fragment is a namespace: `redis://host:6379#team-a`. What the rest means in detail is for the backend to say. The text is
 * not shown: it may hold a password.
 */
function checkedUrl(text: string, source: string): Place {
  const [, url, namespace] = /^([a-z][a-z0-9+.-]*:\/\/[^#]*)(?:#(.+))?$/s.exec(text) ?? [];
  // Quoted nowhere: what was meant as a password may stand anywhere in it.
  if (namespace !== undefined && !isPlaceName(namespace))
    throw new CacheError(
      'ERR_CONFIG',
      `${source}: behind # stands a namespace; in a password, # is written %23`,
    );
  if (url !== undefined) return { url, ...(namespace === undefined ? {} : { namespace }) };
  throw new CacheError(
    'ERR_CONFIG',
    `${source}: a remote is a URL, such as redis://host:6379 or file:///mnt/team-cache`,
  );
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function problem(path: string, what: string): CacheError {
  return new CacheError('ERR_CONFIG', `"remote" in ${path} ${what}`);
}
