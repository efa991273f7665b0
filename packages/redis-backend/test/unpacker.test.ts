import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noise } from '@cleanmiss/conformance';
import { encodePart } from '../src/part.js';
import { Unpacker } from '../src/unpacker.js';

/** Beyond what is worth a worker. */
const count = 200;
const contents = Array.from({ length: count }, (_, i) => noise(2000 + i, i));
const values = contents.map((content) => {
  return encodePart({ number: 0, blobSize: content.length, tag: 0 }, content);
});

function unpackAll(unpacker: Unpacker, packed: readonly Buffer[] = values) {
  return Promise.all(
    packed.map((value, i) => unpacker.unpack(value, { number: 0, blobSize: contents[i]!.length })),
  );
}

describe('values that are unpacked on another core', () => {
  it('of which some are damaged leave the others exact', async () => {
    const unpacker = new Unpacker();
    const damaged = values.map((value, i) => (i % 3 === 0 ? value.subarray(0, value.length / 2) : value));
    const results = await unpackAll(unpacker, damaged);
    unpacker.close();
    for (const [i, result] of results.entries()) {
      if (i % 3 === 0) assert.equal(result.kind, 'damaged');
      else assert.ok(result.kind === 'content' && Buffer.compare(result.bytes, contents[i]!) === 0);
    }
  });

  it('are unpacked here where the worker is ended under them', async () => {
    const unpacker = new Unpacker();
    const results = unpackAll(unpacker);
    unpacker.close();
    assertExact(await results);
    assertExact(await unpackAll(unpacker));
  });

  it('are each of memory that nobody else has', async () => {
    const unpacker = new Unpacker();
    const [first] = await unpackAll(unpacker);
    assert.ok(first?.kind === 'content');
    first.bytes.fill(0);
    assertExact(await unpackAll(unpacker));
    unpacker.close();
  });
});

function assertExact(results: Awaited<ReturnType<typeof unpackAll>>): void {
  for (const [i, result] of results.entries()) {
    assert.ok(result.kind === 'content' && Buffer.compare(result.bytes, contents[i]!) === 0, `value ${i}`);
  }
}
