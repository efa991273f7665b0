import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CacheError, matchesChecksum, type ChecksumOf } from '@cleanmiss/core';
import type { FileEntry } from './manifest.js';

/**
 * The content of a pack, from the files of a state.
 * @throws {CacheError} `ERR_INVALID_STATE` for a file that is not what it was when it was hashed
 */
export function readPack(stateDir: string, files: readonly FileEntry[], checksumOf: ChecksumOf): Uint8Array {
  const contents = files.map((file) => {
    const bytes = readFileSync(join(stateDir, file.path));
    if (!matchesChecksum(bytes, file.refs[0]!, checksumOf)) throw changedMeanwhile(file);
    return bytes;
  });
  return contents.length === 1 ? contents[0]! : Buffer.concat(contents);
}

/** Only this process's checker writes here, and it has ended: a helper that it left behind is still at work. */
export function changedMeanwhile({ path }: FileEntry): CacheError {
  return new CacheError('ERR_INVALID_STATE', `${path} changed while it was being stored`);
}
