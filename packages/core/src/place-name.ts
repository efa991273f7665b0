import { CacheError } from './errors.js';

/**
 * Namespaces and scopes: parts of the keys and folders of every backend. No braces, which a Redis Cluster would take for a hash tag; no
 * stars, which an access list would; no colon and no `@`, which stand between the parts.
 *
 * @throws {CacheError} `ERR_CONFIG`
 */
export function checkPlaceName(what: 'a namespace' | 'a scope', name: string): void {
  if (isPlaceName(name)) return;
  const rule = `${what} is 1 to 100 letters, digits, dots, underscores, slashes or hyphens`;
  throw new CacheError('ERR_CONFIG', `${rule}; it is ${JSON.stringify(name)}`);
}

export function isPlaceName(name: string): boolean {
  return /^[A-Za-z0-9._/-]{1,100}$/.test(name);
}
