import type { Unpacked } from './codec.js';
import { decodePart } from './part.js';

/** Values to be unpacked, one behind the other in one piece of memory: what goes to a worker goes there without a copy. */
export interface UnpackJob {
  readonly id: number;
  readonly values: Uint8Array;
  /** Of each value: its length in `values`, and which part of which blob it should be. */
  readonly items: readonly UnpackItem[];
}

export interface UnpackItem {
  readonly length: number;
  readonly number: number;
  readonly blobSize: number;
}

/** The content of all that could be unpacked, one behind the other. */
export interface UnpackedJob {
  readonly id: number;
  readonly content: Uint8Array;
  /** Per item the length of its content, or what was wrong with it. */
  readonly outcomes: readonly (number | Exclude<Unpacked['kind'], 'content'>)[];
}

export function runUnpackJob({ id, values, items }: UnpackJob): UnpackedJob {
  const source = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const pieces: Uint8Array[] = [];
  let at = 0;
  const outcomes = items.map(({ length, number, blobSize }) => {
    const unpacked = decodePart(source.subarray(at, at + length), { number, blobSize });
    at += length;
    if (unpacked.kind !== 'content') return unpacked.kind;
    pieces.push(unpacked.bytes);
    return unpacked.bytes.length;
  });
  return { id, content: joined(pieces), outcomes };
}

/** In memory of its own: a piece of Node's pool could not be handed over. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
