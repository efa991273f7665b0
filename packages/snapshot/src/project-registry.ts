import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { CacheError, isJsonObject, parseJson } from '@cleanmiss/core';
import { readOwnFile } from './own-file.js';
import { replaceFile } from './replace-file.js';
import { ensureOwnDirectory, isOwnDirectory } from './slot-layout.js';

const format = 1;
/** A path, as JSON; systems end with 4096 bytes, each of which may take six here. */
const maxEntryBytes = 32 * 1024;

/**
 * Which projects of this machine have slots: a small file each, named by the hash of the project's root. What stands in
 * there is a hint where to look, and never a reason to remove anything.
 */
export class ProjectRegistry {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** One look where it is known already. Makes no folder but its own. */
  add(root: string): void {
    const path = this.#pathOf(root);
    if (existsSync(path)) return;
    ensureOwnDirectory(this.#directory);
    replaceFile(path, JSON.stringify({ format, root }));
  }

  /**
   * The roots as they were written down. Files that are not understood, or not where they belong, are passed over.
   * @throws {CacheError} where the folder is a link, or another user's
   */
  roots(): readonly string[] {
    if (!isOwnDirectory(this.#directory)) return [];
    return namesIn(this.#directory).flatMap((name) => {
      const root = rootIn(join(this.#directory, name));
      return root !== undefined && this.#pathOf(root) === join(this.#directory, name) ? [root] : [];
    });
  }

  remove(root: string): void {
    rmSync(this.#pathOf(root), { force: true });
  }

  #pathOf(root: string): string {
    return join(this.#directory, `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.json`);
  }
}

/** Nothing of ours is in there any more, or it is gone itself. What cannot be looked at may be there. */
export function hasNoState(root: string): boolean {
  try {
    return lstatSync(join(root, '.cleanmiss'), { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}

/**
 * As `findProjectRoot` answers it: a real path without a link in it, to a folder of ours.
 * @throws {CacheError} where it is anything else: somebody else has written it down
 */
export function refuseStrangeRoot(root: string): void {
  const isPlausible = isAbsolute(root) && dirname(root) !== root && realpathSync(root) === root;
  if (!isPlausible || !isOwnDirectory(root))
    throw new CacheError('ERR_INVALID_STATE', `${root} is not the root of a project`);
}

function rootIn(path: string): string | undefined {
  const document = parseJson(readOwnFile(path, maxEntryBytes)?.toString('utf8') ?? '');
  if (!isJsonObject(document) || document['format'] !== format) return undefined;
  const { root } = document;
  return typeof root === 'string' ? root : undefined;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^[0-9a-f]{32}\.json$/.test(name))
      .sort();
  } catch {
    return [];
  }
}
