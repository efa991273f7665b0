import { CacheError, defaultTtlMs, type Clock } from '@cleanmiss/core';
import type { KeyvLike } from './keyv-like.js';
import { schemes, type KeyvScheme, type MendableAdapter } from './keyv-schemes.js';
import { openKeyvStore, type KeyvTier } from './open-keyv-store.js';
import { exportedClass, loadProjectPackage, type Constructor } from './project-package.js';
import { secretsOf } from './uri-secrets.js';

export interface KeyvUriOptions {
  /** The folder of the project that has installed `keyv` and the adapter: an absolute path. Relative paths start here. */
  readonly resolveFrom: string;
  /** Default: `default`. */
  readonly namespace?: string;
  /** See `KeyvStoreOptions`. Default: none. */
  readonly scope?: string | undefined;
  /** In milliseconds; see `KeyvStoreOptions`. At most 24 days for memcached. Default: 30 days. */
  readonly ttlMs?: number;
  /** For messages. Default: `a Keyv store`, with the scheme. */
  readonly name?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** What a URI may begin with. */
export const keyvSchemes: readonly string[] = [...schemes.keys()];

/**
 * Opens the store that a URI names, with packages of the project. Waits for no server: a call that finds none rejects with an
 * outage.
 *
 * @throws {CacheError} `ERR_CONFIG` for the URI, and where a package is not installed
 */
export async function openKeyvUri(uri: string, options: KeyvUriOptions): Promise<KeyvTier> {
  const [, name = '', rest = ''] = /^([a-z+]+):\/\/(.*)$/s.exec(uri) ?? [];
  const scheme = schemes.get(name);
  if (scheme === undefined || rest === '') {
    throw new CacheError('ERR_CONFIG', `the URI of a Keyv store begins with ${keyvSchemes.join('://, ')}://`);
  }
  const { resolveFrom, ttlMs = defaultTtlMs, ...others } = options;
  const keyv = await makeKeyv(scheme, uri, resolveFrom);
  return openKeyvStore({
    name: `a Keyv store (${name})`,
    ...others,
    keyv,
    ttlMs: Math.min(ttlMs, scheme.maxTtlMs ?? Infinity),
    secrets: secretsOf(uri),
    ...(scheme.partBytes !== undefined && { partBytes: scheme.partBytes }),
  });
}

async function makeKeyv(scheme: KeyvScheme, uri: string, root: string): Promise<KeyvLike> {
  const { packageName } = scheme;
  const wanted = ['keyv', packageName];
  const Keyv = classOf(await loadProjectPackage(root, 'keyv', wanted), 'Keyv', 'keyv');
  const Adapter = classOf(await loadProjectPackage(root, packageName, wanted), 'default', packageName);
  const store = construct(Adapter, scheme.argumentsFor(uri, root)) as MendableAdapter;
  scheme.mend?.(store);
  // Without a namespace of Keyv's: our keys have their own.
  const keyv = new Keyv({ store, namespace: undefined }) as KeyvLike;
  // Some adapters connect at once, and if that fails before anybody has asked anything, Node ends the process.
  keyv.get('cleanmiss', { raw: true }).catch(() => {});
  return keyv;
}

function classOf(module: unknown, name: string, packageName: string): Constructor {
  const found = exportedClass(module, name);
  if (found) return found;
  throw new CacheError(
    'ERR_CONFIG',
    `${packageName} is installed, but has no class: is it of another version?`,
  );
}

function construct(Adapter: Constructor, args: readonly unknown[]): unknown {
  try {
    return new Adapter(...args);
  } catch {
    // Not even as a cause: drivers repeat a URL that they cannot read, and there is a password in it.
    throw new CacheError(
      'ERR_CONFIG',
      'the URI of the Keyv store cannot be used: its driver does not understand it',
    );
  }
}
