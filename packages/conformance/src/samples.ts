import { blobOf, loadChecksum, type Blob } from '@cleanmiss/core';

const checksumOf = await loadChecksum();

export function textBlob(text: string): Blob {
  return blobOf(Buffer.from(text), checksumOf);
}

export function bytesBlob(bytes: Uint8Array): Blob {
  return blobOf(bytes, checksumOf);
}

/** Different blobs of the same size: a mix-up shows only in their content. */
export function textBlobs(count: number): readonly Blob[] {
  return Array.from({ length: count }, (_, i) => textBlob(`blob ${String(i).padStart(8, '0')}`));
}

/** The same bytes each time, without pattern. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** What text handling, block sizes and thresholds trip over. */
export const awkwardContents: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(0),
  'one zero byte': Uint8Array.of(0),
  'every byte': Uint8Array.from({ length: 256 }, (_, i) => i),
  'line ends and a byte order mark': Buffer.from('\uFEFFa\r\nb\rc\n'),
  'no valid UTF-8': Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80),
  'JSON null': Buffer.from('null'),
  'a base64 mark': Buffer.from(':base64:AAAA'),
  'one byte short of a page': noise(4095),
  'a page': noise(4096),
  'one byte over a page': noise(4097),
  'one byte over 64 KiB': noise(65_537),
  '4 MiB': noise(4 * 1024 * 1024),
};

/** Lets everything that is ready to go on do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
