import { parseHost, parseHosts, urlError, type HostAndPort } from './redis-hosts.js';

export interface SocketPath {
  readonly path: string;
}
export type RedisAddress = HostAndPort | SocketPath;

/** Files in PEM, read when a connection is made. */
export interface RedisTlsFiles {
  /** Whom we believe that the server is the server. Default: the authorities that Node knows. */
  readonly caPath?: string;
  /** Our own certificate, where the server asks for one; with `keyPath`. Default: none. */
  readonly certPath?: string;
  readonly keyPath?: string;
  /** The name that the server's certificate must have. Default: the host's. */
  readonly servername?: string;
}

interface Access {
  readonly user?: string;
  readonly password?: string;
  readonly db: number;
  /** `undefined`: no TLS. */
  readonly tls?: RedisTlsFiles;
}
export type RedisTarget = Access &
  (
    | { readonly mode: 'standalone'; readonly address: RedisAddress }
    | { readonly mode: 'cluster'; readonly nodes: readonly HostAndPort[] }
    | { readonly mode: 'sentinel'; readonly sentinels: readonly HostAndPort[]; readonly primaryName: string }
  );

/**
 * `redis[s]://[user[:password]@]host[:port][/db]`, `redis+unix://[user[:password]@]/path[?db=0]`,
 * `redis[s]+cluster://[...@]host[:port],...`, `redis[s]+sentinel://[...@]host[:port],.../primary[?db=0]`; with TLS also
 * `?ca=/path&cert=/path&key=/path&servername=name`.
 *
 * Its errors quote nothing of the URL but a scheme that we know: what was meant as a password may stand anywhere in it.
 *
 * @throws {CacheError} `ERR_CONFIG`
 */
export function parseRedisUrl(url: string): RedisTarget {
  const pieces = piecesOf(url);
  const { scheme, location } = pieces;
  const access = accessOf(pieces);
  const options = pieces.query;
  switch (scheme) {
    case 'redis':
    case 'rediss':
      refuse(options.has('db'), 'the number of the database belongs into the path: redis://host/1');
      return {
        ...access,
        mode: 'standalone',
        address: parseHost(location, 6379),
        db: databaseOf(pieces.path.slice(1)),
      };
    case 'redis+unix':
      refuse(location !== '', 'a path of a socket begins with a slash: redis+unix:///run/redis.sock');
      refuse(pieces.path.length < 2, 'the path of the socket is missing: redis+unix:///run/redis.sock');
      return { ...access, mode: 'standalone', address: { path: decoded(pieces.path) } };
    case 'redis+cluster':
    case 'rediss+cluster':
      refuse(access.db !== 0 || pieces.path.length > 1, 'a cluster has no databases but 0');
      return { ...access, mode: 'cluster', nodes: parseHosts(location, 6379) };
    case 'redis+sentinel':
    case 'rediss+sentinel': {
      const primaryName = decoded(pieces.path.slice(1));
      refuse(primaryName === '', 'the name of the primary is missing: redis+sentinel://host:26379/name');
      return { ...access, mode: 'sentinel', sentinels: parseHosts(location, 26379), primaryName };
    }
  }
}

/** For messages: where it is, without user and password. */
export function redisNameOf(target: RedisTarget): string {
  switch (target.mode) {
    case 'standalone':
      return addressName(target.address);
    case 'cluster':
      return target.nodes.map(addressName).join(',');
    case 'sentinel':
      return target.sentinels.map(addressName).join(',');
  }
}

export function addressName(address: RedisAddress): string {
  if ('path' in address) return address.path;
  const { host, port } = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL for messages: user, password and options are left out. One that cannot be read is left out whole. */
export function redactedUrl(url: string): string {
  try {
    const { scheme, path } = piecesOf(url);
    const target = parseRedisUrl(url);
    const secret = target.user === undefined && target.password === undefined ? '' : '***@';
    const where = scheme === 'redis+unix' ? '' : redisNameOf(target);
    return `${scheme}://${secret}${where}${path}`;
  } catch {
    return 'a Redis URL that cannot be read';
  }
}

const schemes = [
  ...(['redis', 'rediss', 'redis+unix', 'redis+cluster', 'rediss+cluster'] as const),
  ...(['redis+sentinel', 'rediss+sentinel'] as const),
] as const;
type Scheme = (typeof schemes)[number];

interface Pieces {
  readonly scheme: Scheme;
  /** Still encoded; `undefined` where there is no `@`. */
  readonly credentials: string | undefined;
  /** What stands between the credentials and the path. */
  readonly location: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

function piecesOf(url: string): Pieces {
  const [, name, rest] = /^([a-z+]+):\/\/(.*)$/s.exec(url) ?? [];
  const scheme = schemes.find((known) => known === name);
  if (scheme === undefined || rest === undefined)
    throw urlError(`a Redis URL begins with one of ${schemes.join('://, ')}://`);
  const [, authority, path, query] = /^([^/?#]*)([^?#]*)(?:\?([^#]*))?$/s.exec(rest) ?? [];
  if (authority === undefined) throw urlError('a Redis URL has no fragment: a # is written %23');
  // Not in the query: a file may be called so.
  refuse(path?.includes('@') ?? false, 'a slash in a user or a password is written %2F, an @ in a path %40');
  const at = authority.lastIndexOf('@');
  return {
    scheme,
    credentials: at === -1 ? undefined : authority.slice(0, at),
    location: authority.slice(at + 1),
    path: path ?? '',
    query: optionsOf(query ?? ''),
  };
}

function accessOf({ scheme, credentials, query }: Pieces): Access {
  const { ca: caPath, cert: certPath, key: keyPath, servername } = Object.fromEntries(query);
  const files = Object.entries({ caPath, certPath, keyPath, servername }).filter(([, file]) => file);
  const secure = scheme.startsWith('rediss');
  refuse(!secure && files.length > 0, 'ca, cert, key and servername need rediss://');
  return {
    ...credentialsOf(credentials),
    db: databaseOf(query.get('db') ?? ''),
    ...(secure && { tls: Object.fromEntries(files) }),
  };
}

function credentialsOf(text: string | undefined): Pick<Access, 'user' | 'password'> {
  if (text === undefined) return {};
  const colon = text.indexOf(':');
  const user = decoded(colon === -1 ? text : text.slice(0, colon));
  const password = colon === -1 ? '' : decoded(text.slice(colon + 1));
  return { ...(user && { user }), ...(password && { password }) };
}

const knownOptions = ['db', 'ca', 'cert', 'key', 'servername'];

function optionsOf(query: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const pair of query.split('&').filter(Boolean)) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    refuse(equals < 1 || !knownOptions.includes(name), `its options are ${knownOptions.join(', ')}`);
    options.set(name, decoded(pair.slice(equals + 1)));
  }
  return options;
}

function databaseOf(text: string): number {
  refuse(!/^\d{0,5}$/.test(text), 'the database is a number from 0 to 99999');
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw urlError('a percent sign is written %25');
  }
}

function refuse(wrong: boolean, why: string): void {
  if (wrong) throw urlError(why);
}
