import { decodeMeta, keyHashOf, maxMetaBytes, type ChecksumOf, type Meta } from '@cleanmiss/core';
import { errorCodeOf } from './file-system.js';
import { readWhole } from './read-whole.js';
import type { StoreFiles } from './store-files.js';

export type MetaFile =
  | { readonly kind: 'meta'; readonly meta: Meta; readonly bytes: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'unknown-format' };

/**
 * A meta as maintenance sees it: its lifetime is not renewed, and one that cannot be read at the moment is thrown
 * and not taken for corrupt, because removing it, or the blobs it names, could not be made good.
 */
export function readMetaFile(
  files: StoreFiles,
  name: string,
  path: string,
  checksumOf: ChecksumOf,
): MetaFile {
  const read = readWhole(files.fs, path, 0, maxMetaBytes);
  switch (read.kind) {
    case 'absent':
      return read;
    case 'foreign':
      return { kind: 'corrupt' };
    case 'unreadable':
      // A bad sector stays bad. Everything else may be over in a moment.
      if (errorCodeOf(read.error) === 'EIO') return { kind: 'corrupt' };
      throw read.error;
    case 'whole': {
      const decoded = decodeMeta(read.bytes, checksumOf);
      if (!decoded.ok) return { kind: decoded.reason === 'unknown-format' ? 'unknown-format' : 'corrupt' };
      if (keyHashOf(decoded.meta.key) !== name) return { kind: 'corrupt' };
      return { kind: 'meta', meta: decoded.meta, bytes: read.bytes.length };
    }
  }
}
