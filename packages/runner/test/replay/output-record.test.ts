import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decodePieces,
  encodePieces,
  maxRecordBytes,
  OutputRecord,
  type OutputPiece,
} from '../../src/replay/output-record.js';

const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

const anyPieces = fc.array(
  fc.record({ stream: fc.constantFrom(1 as const, 2 as const), bytes: fc.uint8Array({ maxLength: 50 }) }),
);

function said(pieces: readonly OutputPiece[], stream: number): string {
  return Buffer.concat(pieces.filter((piece) => piece.stream === stream).map(({ bytes }) => bytes)).toString(
    'hex',
  );
}

describe('a record of output', () => {
  it('comes back from its encoding, stream by stream and in order', () => {
    fc.assert(
      fc.property(anyPieces, (pieces) => {
        const back = decodePieces(encodePieces(pieces));
        assert.ok(back);
        for (const stream of [1, 2]) assert.equal(said(back, stream), said(pieces, stream));
        const order = (list: readonly OutputPiece[]) =>
          list.map(({ stream }) => stream).filter((stream, i, all) => stream !== all[i - 1]);
        assert.deepEqual(order(back), order(pieces));
      }),
      { numRuns },
    );
  });

  it('is none where somebody has made it up', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const pieces = decodePieces(bytes);
        // What is taken, says all that was there.
        if (pieces)
          assert.equal(
            bytes.length,
            pieces.reduce((sum, piece) => sum + 5 + piece.bytes.length, 0),
          );
      }),
      { numRuns },
    );
    for (const hex of ['01', '0300000000', '01000000ff41']) {
      assert.equal(decodePieces(Buffer.from(hex, 'hex')), undefined, hex);
    }
  });

  it('is given up beyond its limit, and where something was not seen', () => {
    const record = new OutputRecord();
    record.add(1, Buffer.alloc(maxRecordBytes));
    assert.equal(record.pieces()?.length, 1);
    record.add(2, Buffer.alloc(1));
    assert.equal(record.pieces(), undefined);
    record.add(1, Buffer.from('later'));
    assert.equal(record.pieces(), undefined);
  });
});
