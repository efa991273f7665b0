import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CacheError } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { keyvSchemes, openKeyvUri, type KeyvTier } from '@cleanmiss/keyv-backend';
import { openRedisStore, type RedisFacts } from '@cleanmiss/redis-backend';
import { lazyStores, type Stores } from './lazy-store.js';
import { defaultNamespace, type RemoteConfig } from './remote-config.js';

/** A backend that is connected to when it is first asked. */
export interface RemoteStores extends Stores {
  /** Another scope of it, only to be read. */
  scope(name: string): Stores;
  /** For messages: where it is, without credentials. */
  readonly name: string;
  /** What `doctor` wants to know, where the backend can tell. Rejects where it is out of order. */
  probe(options?: { readonly signal?: AbortSignal }): Promise<RedisFacts | undefined>;
  /** Bytes over the wire so far, where the backend can tell. */
  traffic(): { readonly receivedBytes: number; readonly sentBytes: number };
  /** At once; whatever is under way rejects. */
  close(): void;
}

/**
 * `root`: the project's, in which packages of the project are found. `scope`: the one to use.
 * @throws {CacheError} `ERR_CONFIG` where nobody knows what to do with the URL
 */
export function openRemoteStores(config: RemoteConfig, root: string, scope?: string): RemoteStores {
  const scheme = schemeOf(config.url);
  if (scheme === 'file') return openDirectory(config, scope);
  if (/^rediss?(?:\+|$)/.test(scheme)) return openRedisStore({ ...config, scope });
  if (keyvSchemes.includes(scheme)) return openKeyv(config, root, scope);
  const known = ['file', 'redis', 'rediss', 'redis+cluster', 'redis+sentinel', 'redis+unix', ...keyvSchemes];
  throw new CacheError('ERR_CONFIG', `a remote's URL begins with one of ${known.join('://, ')}://`);
}

export function schemeOf(url: string): string {
  return /^[^:]*/.exec(url)![0];
}

const noTraffic = () => ({ receivedBytes: 0, sentBytes: 0 });

/** A folder that several machines see. It must be there: where it is not, its drive is not mounted. */
function openDirectory({ url, namespace }: RemoteConfig, scope: string | undefined): RemoteStores {
  const directory = directoryOf(url);
  if (namespace !== defaultNamespace)
    throw new CacheError(
      'ERR_CONFIG',
      'a directory has no namespaces: name another directory, or use scopes',
    );
  const storesOf = (name: string | undefined): Stores => {
    const { blobs, metas } = openFsStore({ directory, shared: true, scope: name });
    return { blobs, metas };
  };
  return {
    ...storesOf(scope),
    scope: storesOf,
    name: directory,
    probe() {
      statSync(directory);
      return Promise.resolve(undefined);
    },
    traffic: noTraffic,
    close() {
      // Nothing stays open between calls.
    },
  };
}

function directoryOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    // Not even as a cause: what Node throws repeats the URL, and whoever wrote redis's into it wrote a password.
    throw new CacheError('ERR_CONFIG', 'a file: URL names no folder: write file:///mnt/team-cache');
  }
}

/** A package that is not installed is found out when the store is first asked; by then it must not cost more than a miss. */
function asOutage(error: unknown): CacheError {
  return new CacheError('ERR_OUTAGE', (error as Error).message, { cause: error });
}

function openKeyv(
  { url, namespace, ttlMs }: RemoteConfig,
  root: string,
  scope: string | undefined,
): RemoteStores {
  const name = `a Keyv store (${schemeOf(url)})`;
  let tier: Promise<KeyvTier> | undefined;
  const open = () =>
    (tier ??= openKeyvUri(url, { namespace, scope, ttlMs, name, resolveFrom: root }).catch(
      (error: unknown) => {
        tier = undefined;
        throw asOutage(error);
      },
    ));
  return {
    ...lazyStores(open),
    scope: (other) => lazyStores(async () => (await open()).scope(other)),
    name,
    async probe() {
      await open();
      return undefined;
    },
    traffic: noTraffic,
    close() {
      // A driver that is busy may not hear it; the process is about to end.
      void tier?.then((opened) => opened.close()).catch(() => {});
    },
  };
}
