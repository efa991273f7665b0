import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFixedMeta, readJsonMeta } from '../src/mypy/module-meta.js';

/** `pkg/c.meta.ff` as real mypys wrote it for `x: int = 1`. */
const real = {
  '1.19.1':
    'AAEEHnBrZy5jBCRwa2cvYy5weQMPJD/BBGsDKgRkNTliMjUwNzNmODhkNGFkMGY1MmNmNjBlNzQ1YjBiYzhlN2RjNGUyNBYWJGJ1aWx0aW5zAw8kTsEEaxYUHhgub3RoZXJfb3B0aW9ucwRkYmM0ZjI5MmI3YjVmM2QxZGM3ODZhMTQzNmU2Njk0MmNkMDhkODMwYyRwbGF0Zm9ybQQebGludXgVFh4VFhYXFjy4Nq9YmN0WAgAJBJtY4++J8cDofQU8cVgoCRs/j21y83c2IkOttDWTbs4UFAQgMS4xOS4xAAI=',
  '1.20.2':
    'AAcEHnBrZy5jBCRwa2cvYy5weQMPJD/BBGsDKgRkNTliMjUwNzNmODhkNGFkMGY1MmNmNjBlNzQ1YjBiYzhlN2RjNGUyNBYWJGJ1aWx0aW5zAw8kYMEEaxYUFB4YLm90aGVyX29wdGlvbnMEZGQ4Mjc5YTZiODQ3MDUyZGY4YTUzNjEyNzAxZmRlNzBlNzI5OTY3MWMkcGxhdGZvcm0EHmxpbnV4BRQVFh4VFhYXFjwxrIVU9xApDgwfJgn82/KyKvHfVgU8C1ll8O2Ujcck8Wl8sAf1ignF0/8FPIIHWP0k6+p4Qvqz2OjkYhfzz0ZtBCAxLjIwLjIAAg==',
  '2.4.0':
    'AAsEHnBrZy5jBCRwa2cvYy5weQMPJD/BBGsDKgRkNTliMjUwNzNmODhkNGFkMGY1MmNmNjBlNzQ1YjBiYzhlN2RjNGUyNBYWJGJ1aWx0aW5zAw8kYsEEaxYUFB4cKmlzX3BhcmFsbGVsADpsb2NhbF9wYXJ0aWFsX3R5cGVzAS5vdGhlcl9vcHRpb25zBGQxZTNlOTdjNjZkMDIwMjUzMDhjMDY0NDNhNmYyNDIzYTUzMzFkNzI2JHBsYXRmb3JtBB5saW51eAUUFRYeFRYWFxY8Jht6SdCp/lEBZWu5QA2HdHIwFTcFPAtZZfDtlI3HJPFpfLAH9YoJxdP/BTx0m9jrGgPgI5jriLeoq5niMVAGYgQeMi40LjAAAg==',
};

/** mypyc's encoding of a string, for lengths of two and four bytes. */
function longString(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = Buffer.alloc(length > 16_283 ? 4 : 2);
  if (head.length === 2) head.writeUInt16LE(((length + 100) << 2) | 1);
  else head.writeUInt32LE(((length + 10_000) << 3) | 3);
  return Buffer.concat([Buffer.of(4), head, Buffer.from(text)]);
}

describe('a meta in the fixed format', () => {
  it('is none where it is cut off, or of a format to come', () => {
    const bytes = Buffer.from(real['2.4.0'], 'base64');
    for (let length = 0; length < 18; length++)
      assert.equal(readFixedMeta(bytes.subarray(0, length)), undefined);
    assert.equal(readFixedMeta(Buffer.from('garbage, and more of it')), undefined);
    // A length beyond 29 bits.
    assert.equal(readFixedMeta(Buffer.from([0, 11, 4, 15, 255, 255, 255, 255])), undefined);
  });

  for (const [version, base64] of Object.entries(real)) {
    it(`names its source and how it looked, as ${version} wrote it`, () => {
      const hash = '59b25073f88d4ad0f52cf60e745b0bc8e7dc4e24';
      const seen = { mtime: 1795473727, size: 11, hash };
      assert.deepEqual(readFixedMeta(Buffer.from(base64, 'base64')), { path: 'pkg/c.py', seen });
    });
  }

  it('may name a source with a long path', () => {
    for (const length of [118, 16_283, 16_284, 70_000]) {
      const path = 'é/'.padEnd(length - 1, 'x');
      assert.deepEqual(
        readFixedMeta(Buffer.concat([Buffer.of(0, 11), longString('m'), longString(path)].map(short))),
        { path },
      );
    }
  });
});

/** Strings of up to 117 bytes have their length in one. */
function short(part: Buffer): Buffer {
  return part.length === 4 ? Buffer.from([4, (1 + 10) << 1, part[3]!]) : part;
}

describe('a meta in JSON', () => {
  it('is none where it is no JSON object', () => {
    for (const text of ['', '{"path":"a', '[]', 'null'])
      assert.equal(readJsonMeta(Buffer.from(text)), undefined);
  });

  it('leaves the account of its dependencies to us up to 1.18', () => {
    const text =
      '{"dependencies":["b","builtins"],"interface_hash":"c8e8","path":"/p/pkg/c.py","version_id":"1.18.2"}';
    assert.deepEqual(readJsonMeta(Buffer.from(text)), {
      path: '/p/pkg/c.py',
      unguarded: { interfaceHash: 'c8e8', dependencies: ['b', 'builtins'] },
    });
  });

  it('keeps it itself from 1.19 on', () => {
    const text = '{"dep_hashes":["ac40"],"dependencies":["b"],"interface_hash":"c1f7","path":"pkg/c.py"}';
    assert.deepEqual(readJsonMeta(Buffer.from(text)), { path: 'pkg/c.py' });
  });
});
