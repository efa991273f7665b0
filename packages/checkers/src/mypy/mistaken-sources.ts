import { createHash } from 'node:crypto';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonObject } from '@cleanmiss/core';
import type { SourcePlace } from './mypy-facts.js';

/**
 * mypy hashes a source only where its mtime (in whole seconds) or its size is not what the meta says. Where both are the
 * same by chance, we hash it ourselves.
 */
export function isMistakenForItsSource({ source, seen }: JsonObject, { cwd }: SourcePlace): boolean {
  if (typeof source !== 'string' || !Array.isArray(seen)) return false;
  const [mtime, size, hash] = seen as readonly unknown[];
  const path = resolve(cwd, source);
  const stats = statOf(path);
  // Where the source is, somebody else's manifest says: it may be a pipe, which would be waited for.
  if (!stats?.isFile() || stats.size > maxSourceBytes) return false;
  if (Math.floor(stats.mtimeMs / 1000) !== mtime || stats.size !== size) return false;
  // A namespace package is a folder: mypy gives it an empty hash, and nothing of it is in the state but its name.
  return typeof hash === 'string' && hash !== '' && hashOf(path, hash.length) !== hash;
}

const maxSourceBytes = 64 * 1024 * 1024;

/** What mypy took in its day can be told from the length. */
function hashOf(path: string, digits: number): string | undefined {
  try {
    const algorithm = digits === 64 ? 'sha256' : 'sha1';
    return createHash(algorithm).update(readFileSync(path)).digest('hex');
  } catch {
    // Gone, or not ours to read: mypy will see that too.
    return undefined;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
