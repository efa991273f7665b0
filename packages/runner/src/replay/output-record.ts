/** Where a piece of output went: standard output or standard error. */
export type OutputStream = 1 | 2;

export interface OutputPiece {
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
}

/** What a check says beyond this is not recorded. */
export const maxRecordBytes = 8 * 1024 * 1024;

const headBytes = 5;

/** What a checker says, piece by piece in the order in which it came. */
export class OutputRecord {
  readonly #pieces: OutputPiece[] = [];
  #bytes = 0;
  #isWhole = true;

  add(stream: OutputStream, bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > maxRecordBytes) this.giveUp();
    if (this.#isWhole) this.#pieces.push({ stream, bytes });
  }

  /** Something of it was not seen, or went nowhere. */
  giveUp(): void {
    this.#isWhole = false;
    this.#pieces.length = 0;
  }

  /** `undefined` where it is not all that was said. */
  pieces(): readonly OutputPiece[] | undefined {
    return this.#isWhole ? this.#pieces : undefined;
  }
}

/** Each piece: its stream in one byte, its length in four (big-endian), its bytes. Neighbours of one stream are joined. */
export function encodePieces(pieces: readonly OutputPiece[]): Uint8Array {
  return Buffer.concat(
    joinNeighbours(pieces).flatMap(({ stream, bytes }) => {
      const head = Buffer.alloc(headBytes);
      head.writeUInt8(stream, 0);
      head.writeUInt32BE(bytes.length, 1);
      return [head, bytes];
    }),
  );
}

/** `undefined` for what `encodePieces` has not made. */
export function decodePieces(encoded: Uint8Array): readonly OutputPiece[] | undefined {
  const buffer = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const pieces: OutputPiece[] = [];
  for (let at = 0; at < buffer.length;) {
    if (at + headBytes > buffer.length) return undefined;
    const stream = buffer.readUInt8(at);
    const end = at + headBytes + buffer.readUInt32BE(at + 1);
    if ((stream !== 1 && stream !== 2) || end > buffer.length) return undefined;
    pieces.push({ stream, bytes: buffer.subarray(at + headBytes, end) });
    at = end;
  }
  return pieces;
}

function joinNeighbours(pieces: readonly OutputPiece[]): readonly OutputPiece[] {
  const runs: { stream: OutputStream; parts: Uint8Array[] }[] = [];
  for (const { stream, bytes } of pieces) {
    const last = runs.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else runs.push({ stream, parts: [bytes] });
  }
  return runs.map(({ stream, parts }) => ({ stream, bytes: Buffer.concat(parts) }));
}
