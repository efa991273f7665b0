import { maxBlobBytes } from '@cleanmiss/core';
import { pack, unpack, type Unpacked } from './codec.js';

/**
 * A blob is cut into parts of so many bytes of content, each a value of its own: a server works on one value at a
 * time, and a long one holds up everybody. Part of the format.
 */
export const partBytes = 4 * 1024 * 1024;
const partFormat = 1;

/**
 * ```
 * 0   format     1 byte
 * 1   codec      1 byte
 * 2   both once more, each bit the other way: what is damaged is told from what is of a later version
 * 4   number of the part, 2 bytes
 * 6   size of the whole blob, 6 bytes
 * 12  tag, 4 bytes
 * 16  payload
 * ```
 */
export const headerBytes = 16;

export interface Part {
  readonly number: number;
  /** Bytes of the whole blob. */
  readonly blobSize: number;
  /** Tells the parts of one put of a blob from those of another. Zero where there is only one part. */
  readonly tag: number;
}

export type Header =
  (Part & { readonly kind: 'header'; readonly codec: number }) | Exclude<Unpacked, Content>;

/** Every blob has at least one part: the empty one has an empty one. */
export function partCount(blobSize: number): number {
  return Math.max(1, Math.ceil(blobSize / partBytes));
}

/** Of one part the longest that it can be: what does not shrink is stored as it is. */
export function maxValueBytes(blobSize: number, part: number): number {
  return headerBytes + contentLength(blobSize, part);
}

export function sliceOf(content: Uint8Array, part: number): Uint8Array {
  return content.subarray(part * partBytes, (part + 1) * partBytes);
}

export function encodePart(part: Part, content: Uint8Array): Buffer {
  const { codec, payload } = pack(content);
  const value = Buffer.allocUnsafe(headerBytes + payload.length);
  value.writeUInt8(partFormat, 0);
  value.writeUInt8(codec, 1);
  value.writeUInt8(inverse(partFormat), 2);
  value.writeUInt8(inverse(codec), 3);
  value.writeUInt16BE(part.number, 4);
  value.writeUIntBE(part.blobSize, 6, 6);
  value.writeUInt32BE(part.tag, 12);
  value.set(payload, headerBytes);
  return value;
}

export function decodeHeader(value: Buffer): Header {
  if (value.length < 4) return { kind: 'damaged' };
  const [format, codec] = [value.readUInt8(0), value.readUInt8(1)];
  if (value.readUInt8(2) !== inverse(format) || value.readUInt8(3) !== inverse(codec))
    return { kind: 'damaged' };
  if (format !== partFormat) return { kind: 'unknown-format' };
  if (value.length < headerBytes) return { kind: 'damaged' };
  const blobSize = value.readUIntBE(6, 6);
  // So many parts would be looked for, one by one.
  if (blobSize > maxBlobBytes) return { kind: 'damaged' };
  return {
    kind: 'header',
    codec,
    number: value.readUInt16BE(4),
    blobSize,
    tag: value.readUInt32BE(12),
  };
}

/** The content of one part, if the value is that part of a blob of that size. */
export function decodePart(value: Buffer, expected: Omit<Part, 'tag'>): Unpacked {
  const header = decodeHeader(value);
  if (header.kind !== 'header') return header;
  const { number, blobSize } = expected;
  if (header.number !== number || header.blobSize !== blobSize) return { kind: 'damaged' };
  return unpack(header.codec, value.subarray(headerBytes), contentLength(blobSize, number));
}

type Content = Extract<Unpacked, { kind: 'content' }>;

function contentLength(blobSize: number, part: number): number {
  return Math.min(partBytes, Math.max(0, blobSize - part * partBytes));
}

function inverse(byte: number): number {
  return 0xff - byte;
}
