import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobOf,
  CacheError,
  digestOf,
  isChecksum,
  isDigest,
  keyHashOf,
  loadChecksum,
  parseDigest,
} from '../src/index.js';

describe('a digest', () => {
  it('is refused when it is not 64 lower-case hex digits, with a stable code', () => {
    for (const text of [
      '',
      'a'.repeat(63),
      'a'.repeat(65),
      'A'.repeat(64),
      'g'.repeat(64),
      `${'a'.repeat(64)}\n`,
    ]) {
      assert.equal(isDigest(text), false, text);
      assert.throws(
        () => parseDigest(text),
        (error) => error instanceof CacheError && error.code === 'ERR_INVALID_DIGEST',
      );
    }
  });

  it('is the SHA-256 of the content', () => {
    assert.equal(
      digestOf(Buffer.from('abc')),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    assert.equal(parseDigest(digestOf(new Uint8Array(0))), digestOf(Buffer.alloc(0)));
  });
});

describe('a checksum', () => {
  it('is the XXH64 of the content, with its leading zeros', async () => {
    const checksumOf = await loadChecksum();
    assert.equal(checksumOf(new Uint8Array(0)), 'ef46db3751d8e999');
    for (let i = 0; i < 300; i++) assert.ok(isChecksum(checksumOf(Buffer.from(String(i)))));
  });

  it('is of the part of the buffer that was given', async () => {
    const checksumOf = await loadChecksum();
    const whole = Buffer.from('...abc...');
    assert.equal(blobOf(whole.subarray(3, 6), checksumOf).ref.checksum, checksumOf(Buffer.from('abc')));
  });
});

describe("a key's hash", () => {
  it('differs for keys that only look alike', () => {
    const keys = [1, '1', [1], ['1'], { a: 1 }, { a: '1' }, null, 'null', '', [], {}, '\u00e9', 'e\u0301'];
    assert.equal(new Set(keys.map(keyHashOf)).size, keys.length);
  });

  it('is the same for equal keys, whatever the order of their members', () => {
    assert.equal(
      keyHashOf({ a: 1, b: { c: [1, 2], d: null } }),
      keyHashOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });
});
