import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { chunksOf, maxUnchunkedBytes } from '@cleanmiss/snapshot';

/** Reproducible bytes without pattern. */
function noise(length: number, seed = 'noise'): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

function namesOf(bytes: Uint8Array): readonly string[] {
  return chunksOf(bytes).map((chunk) => createHash('sha256').update(chunk).digest('hex'));
}

describe('chunking', () => {
  it('gives back the content, in order, whatever the size', () => {
    for (const size of [0, 1, maxUnchunkedBytes, maxUnchunkedBytes + 1, 3_000_000]) {
      const bytes = noise(size);
      assert.ok(Buffer.concat(chunksOf(bytes)).equals(bytes), `${size} bytes`);
    }
  });

  it('leaves a small file whole, and an empty one without chunks', () => {
    assert.equal(chunksOf(noise(maxUnchunkedBytes)).length, 1);
    assert.equal(chunksOf(noise(0)).length, 0);
  });

  it('keeps every chunk within its bounds, also where the content has no variety', () => {
    for (const bytes of [noise(4_000_000), Buffer.alloc(4_000_000)]) {
      const sizes = chunksOf(bytes).map((chunk) => chunk.length);
      assert.ok(Math.max(...sizes) <= 128 * 1024);
      assert.ok(Math.min(...sizes.slice(0, -1)) >= 8 * 1024);
    }
  });

  it('shares nearly all chunks with what the file was before an insertion near its start', () => {
    const before = noise(4_000_000);
    const after = Buffer.concat([
      before.subarray(0, 100_000),
      Buffer.from('inserted'),
      before.subarray(100_000),
    ]);
    const known = new Set(namesOf(before));
    const fresh = namesOf(after).filter((name) => !known.has(name));
    assert.ok(fresh.length <= 4, `${fresh.length} new chunks of ${known.size}`);
  });

  it('shares all but a few chunks where some pages of a database were overwritten', () => {
    const before = noise(8_000_000);
    const after = Buffer.from(before);
    for (const page of [10, 900, 1500]) noise(4096, `page ${page}`).copy(after, page * 4096);
    const known = new Set(namesOf(before));
    const fresh = namesOf(after).filter((name) => !known.has(name));
    assert.ok(fresh.length <= 12, `${fresh.length} new chunks of ${known.size}`);
  });
});
