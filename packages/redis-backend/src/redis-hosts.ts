import { CacheError } from '@cleanmiss/core';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `host[:port],host[:port],...`. @throws {CacheError} `ERR_CONFIG` */
export function parseHosts(text: string, defaultPort: number): readonly HostAndPort[] {
  return text.split(',').map((host) => parseHost(host, defaultPort));
}

/** `host[:port]`, an IPv6 address in brackets. Quotes nothing of it where it is wrong. @throws {CacheError} `ERR_CONFIG` */
export function parseHost(text: string, defaultPort: number): HostAndPort {
  const [, inBrackets, name, port] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = inBrackets ?? name;
  if (host === undefined) {
    throw urlError('a host is a name or an address (IPv6 in brackets), and its port a number');
  }
  return { host, port: port === undefined ? defaultPort : parsePort(port) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (port < 1 || port > 65_535) throw urlError('a port is a number from 1 to 65535');
  return port;
}

/** Quotes nothing of the URL: what was meant as a password may stand anywhere in it. */
export function urlError(why: string): CacheError {
  return new CacheError('ERR_CONFIG', `the Redis URL cannot be used: ${why}`);
}
