import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as zlib from 'node:zlib';
import { codecs, pack, unpack } from '../src/codec.js';
import { decodePart, encodePart, headerBytes, partBytes, partCount } from '../src/part.js';

const text = Buffer.from('{"some": "json"}'.repeat(200));
const expected = { number: 0, blobSize: text.length };
const value = encodePart({ ...expected, tag: 0 }, text);

function changed(index: number, to: (byte: number) => number): Buffer {
  const bytes = Buffer.from(value);
  bytes[index] = to(bytes[index]!);
  return bytes;
}

describe('a part that was damaged', () => {
  test('is damaged or exact, whichever byte is changed, and whichever way', () => {
    for (let index = 0; index < value.length; index++) {
      for (const to of [(byte: number) => byte ^ 1, (byte: number) => byte ^ 0x80, () => 0, () => 0xff]) {
        const part = decodePart(changed(index, to), expected);
        // The checks of the content itself are the digest's; here it must only be of the right length.
        if (part.kind === 'content') assert.equal(part.bytes.length, text.length);
        else assert.equal(part.kind, 'damaged', `byte ${index}`);
      }
    }
  });

  test('is damaged wherever it was cut short', () => {
    for (let length = 0; length < value.length; length++) {
      assert.equal(decodePart(value.subarray(0, length), expected).kind, 'damaged', `${length} bytes`);
    }
  });

  test('is damaged where it is zeros, or noise', () => {
    assert.equal(decodePart(Buffer.alloc(value.length), expected).kind, 'damaged');
    assert.equal(decodePart(Buffer.alloc(value.length, 0xa5), expected).kind, 'damaged');
  });

  test('is damaged where it is another part, or a part of another blob', () => {
    assert.equal(decodePart(value, { ...expected, number: 1 }).kind, 'damaged');
    assert.equal(decodePart(value, { ...expected, blobSize: text.length + 1 }).kind, 'damaged');
  });

  test('takes no more memory than the blob has, however much it would expand to', () => {
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    const [deflated, brotli] = [zlib.deflateRawSync(zeros), zlib.brotliCompressSync(zeros)];
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(unpack(codecs.deflate, deflated, 1000).kind, 'damaged');
    assert.equal(unpack(codecs.brotli, brotli, 1000).kind, 'damaged');
    assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
  });
});

describe('a part of a later version', () => {
  test('is unknown, and not damaged', () => {
    const later = changed(0, () => 2);
    later[2] = 0xff - 2;
    assert.equal(decodePart(later, expected).kind, 'unknown-format');
    const otherCodec = changed(1, () => 77);
    otherCodec[3] = 0xff - 77;
    assert.equal(decodePart(otherCodec, expected).kind, 'unknown-format');
  });
});

describe('a part', () => {
  test('is what it was, whatever it holds', () => {
    const noise = zlib.deflateRawSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i) % 251)));
    for (const content of [Buffer.alloc(0), Buffer.from('a'), noise, text, Buffer.alloc(partBytes, 'x')]) {
      const part = { number: 0, blobSize: content.length };
      const decoded = decodePart(encodePart({ ...part, tag: 0 }, content), part);
      assert.ok(decoded.kind === 'content' && Buffer.compare(decoded.bytes, content) === 0);
    }
  });

  test('is shorter than its content where that shrinks, and a header longer where it does not', () => {
    assert.ok(value.length < text.length / 4);
    const noise = zlib.deflateRawSync(text);
    assert.equal(pack(noise).codec, codecs.raw);
    assert.equal(
      encodePart({ number: 0, blobSize: noise.length, tag: 0 }, noise).length,
      noise.length + headerBytes,
    );
  });

  test('packed with brotli is read too', () => {
    const payload = zlib.brotliCompressSync(text);
    const unpacked = unpack(codecs.brotli, payload, text.length);
    assert.ok(unpacked.kind === 'content' && Buffer.compare(unpacked.bytes, text) === 0);
  });

  test('packed with zstd is read where this Node can, and is of an unknown format where it cannot', () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (content: Buffer) => Buffer };
    const payload = zstdCompressSync?.(text) ?? Buffer.from('no zstd here');
    const kind = zstdCompressSync ? 'content' : 'unknown-format';
    assert.equal(unpack(codecs.zstd, payload, text.length).kind, kind);
  });

  test('is one of as many as its blob is long', () => {
    assert.deepEqual([0, 1, partBytes, partBytes + 1, 2 * partBytes].map(partCount), [1, 1, 1, 2, 2]);
  });
});
