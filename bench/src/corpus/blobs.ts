import { blobOf, loadChecksum, type Blob } from '@cleanmiss/core';
import type { Corpus } from './corpus.js';

/** Every file's content under its name; hashing all of it takes a moment. */
export async function blobsOf({ files }: Corpus): Promise<readonly Blob[]> {
  const checksumOf = await loadChecksum();
  return files.map(({ bytes }) => blobOf(bytes, checksumOf));
}
