import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RemoteConfig } from './remote-config.js';

/** What this machine keeps of a remote, beside its own store: `<local>/remotes/<id>/`. */
export interface RemotePlaces {
  /** What it has still to be told. */
  readonly journal: string;
  /** Outages of reading and of writing; absent while all is well. */
  readonly readBreaker: string;
  readonly writeBreaker: string;
  /** Its time is when what is revoked there was last heard. */
  readonly heard: string;
  /** Held by the process that is telling it: one at a time. */
  readonly uploadLock: string;
}

export function placesOf(local: string, id: string): RemotePlaces {
  const directory = join(local, 'remotes', id);
  return {
    journal: join(directory, 'journal'),
    readBreaker: join(directory, 'reads.json'),
    writeBreaker: join(directory, 'writes.json'),
    heard: join(directory, 'heard'),
    uploadLock: join(directory, 'upload.lock'),
  };
}

/**
 * The same for the same place, whoever logs in to it with whatever password. A path that is relative starts from the
 * project's root. By scope and by what is trusted too: what one scope has still to tell must not be told in another, or signed by whoever
 * is in that or asks for more.
 */
export function remoteIdOf(
  { url, namespace }: Pick<RemoteConfig, 'url' | 'namespace'>,
  root: string,
  scope?: string,
  trustContext?: string,
): string {
  const place = url.replace(/\/\/[^/]*@/, '//');
  const isRelative = /^sqlite:\/\/(?!\/)/.test(url);
  const parts = [
    place,
    namespace,
    ...(isRelative ? [root] : []),
    ...(scope === undefined ? [] : [`@${scope}`]),
    ...(trustContext === undefined ? [] : [`trusting ${trustContext}`]),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
