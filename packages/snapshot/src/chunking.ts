/**
 * Content-defined chunking (FastCDC, Xia et al., USENIX ATC 2016): a boundary is where a rolling hash of the last bytes
 * says so, so that an insertion moves the boundaries near it and no others. A large file that changed a little
 * shares most chunks with what it was. No maintained package without a native build does this; it is 30 lines.
 */

/** Files of at most this size are one blob. */
export const maxUnchunkedBytes = 1024 * 1024;

const minChunkBytes = 8 * 1024;
const averageChunkBytes = 32 * 1024;
const maxChunkBytes = 128 * 1024;

// Normalised chunking: harder to cut before the average size, easier after it, so that sizes stay close to it.
const bits = Math.log2(averageChunkBytes);
const hardMask = highBits(bits + 1);
const easyMask = highBits(bits - 1);

/** The content as views of the same memory, in order. */
export function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length <= maxUnchunkedBytes) return bytes.length === 0 ? [] : [bytes];
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = endOfChunk(bytes, start);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

function endOfChunk(bytes: Uint8Array, start: number): number {
  const last = Math.min(bytes.length, start + maxChunkBytes);
  const turn = Math.min(last, start + averageChunkBytes);
  let hash = 0;
  let at = Math.min(last, start + minChunkBytes);
  for (; at < turn; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if ((hash & hardMask) === 0) return at + 1;
  }
  for (; at < last; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if ((hash & easyMask) === 0) return at + 1;
  }
  return last;
}

function highBits(count: number): number {
  return (-1 << (32 - count)) | 0;
}

/** 256 fixed random words (xorshift32 from 1): part of the format in so far as equal tables give equal chunks. */
const gear = Int32Array.from({ length: 256 }, nextWord(1));

function nextWord(seed: number): () => number {
  let word = seed;
  return () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word;
  };
}
