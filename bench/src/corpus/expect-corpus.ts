import type { BlobResult } from '@cleanmiss/core';
import type { Corpus } from './corpus.js';

/** A check that what was read is the whole state, byte by byte. */
export function expectCorpus(corpus: Corpus) {
  return (read: unknown): void => {
    const contents = read as readonly (Uint8Array | null | undefined)[];
    corpus.files.forEach(({ path, bytes }, i) => {
      const found = contents[i];
      if (!found || Buffer.compare(bytes, found) !== 0) throw new Error(`${path} is not what was stored`);
    });
  };
}

export function bytesOf(results: readonly BlobResult[]): readonly (Uint8Array | undefined)[] {
  return results.map((result) => (result.found ? result.bytes : undefined));
}
