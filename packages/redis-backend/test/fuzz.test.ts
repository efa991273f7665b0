import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CacheError, digestOf } from '@cleanmiss/core';
import { parseRedisUrl, redactedUrl } from '@cleanmiss/redis-backend';
import { decodeHeader, decodePart, encodePart, headerBytes, sliceOf } from '../src/part.js';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.string({ maxLength: 10 }), fc.nat(200)).map(([text, times]) => Buffer.from(text.repeat(times))),
);
const number = fc.nat(3);

describe('a part', () => {
  test('is the content that was written', () => {
    fc.assert(
      fc.property(content, fc.nat(2 ** 32 - 1), (written, tag) => {
        const part = { number: 0, blobSize: written.length };
        const read = decodePart(encodePart({ ...part, tag }, written), part);
        assert.ok(read.kind === 'content' && Buffer.compare(read.bytes, written) === 0);
        assert.deepEqual(Buffer.from(sliceOf(written, 0)), Buffer.from(written));
      }),
      { numRuns },
    );
  });

  test('that was damaged is no other content that its digest would not tell from it', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(content, change, fc.nat(), (written, [at, by], length) => {
        const part = { number: 0, blobSize: written.length };
        const value = encodePart({ ...part, tag: 0 }, written);
        const shorter = decodePart(value.subarray(0, length % value.length), part);
        assert.notEqual(shorter.kind, 'content');
        const copy = Buffer.from(value);
        copy[at % copy.length]! ^= by;
        const read = decodePart(copy, part);
        if (read.kind !== 'content') return;
        assert.equal(read.bytes.length, written.length);
        const isSame = Buffer.compare(read.bytes, written) === 0;
        assert.equal(digestOf(read.bytes) === digestOf(written), isSame);
      }),
      { numRuns },
    );
  });

  test('is of the length that was asked for or none, whatever stands there', () => {
    const header = fc.tuple(fc.constantFrom(0, 1, 2, 3, 9), fc.uint8Array({ minLength: 12, maxLength: 12 }));
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(header, content).map(([[codec, rest], payload]) => {
        return Buffer.concat([Buffer.from([1, codec, 0xfe, 0xff - codec]), rest, payload]);
      }),
      fc
        .tuple(fc.constantFrom(0, 1, 2, 3), number, fc.nat(5000), content)
        .map(([codec, part, size, payload]) => {
          const bytes = Buffer.alloc(headerBytes);
          bytes.set([1, codec, 0xfe, 0xff - codec]);
          bytes.writeUInt16BE(part, 4);
          bytes.writeUIntBE(size, 6, 6);
          return Buffer.concat([bytes, payload]);
        }),
    );
    fc.assert(
      fc.property(value, number, fc.nat(5000), (bytes, part, blobSize) => {
        const header = decodeHeader(bytes);
        assert.ok(header.kind !== 'header' || header.blobSize <= 2 ** 31);
        const read = decodePart(bytes, { number: part, blobSize });
        assert.ok(read.kind !== 'content' || read.bytes.length <= blobSize);
      }),
      { numRuns },
    );
  });
});

describe('the URL of a Redis', () => {
  const password = 'hunter2NeverShown';
  const noise = fc.oneof(
    fc.constantFrom('@', '#', '?', '/', ':', '%', '%zz', ' ', '[', ']', ',', 'db=1', '\\', '\n', '://'),
    fc.string({ maxLength: 5 }),
  );
  const scheme = fc.constantFrom(
    'redis',
    'rediss',
    'redis+cluster',
    'rediss+sentinel',
    'redis+unix',
    'redi',
    'http',
    '',
  );
  const wrong = fc
    .tuple(scheme, noise, noise, noise, noise, fc.constantFrom('@', ''))
    .map(([name, a, b, c, d, at]) => `${name}://${a}:${b}${password}${c}${at}host:6379/${d}`);

  test('is refused without a word of the password that stands in it', () => {
    fc.assert(
      fc.property(wrong, (url) => {
        try {
          parseRedisUrl(url);
        } catch (error) {
          assert.ok(error instanceof CacheError && error.code === 'ERR_CONFIG', String(error));
          const said = `${error.message}${error.stack ?? ''}${String(error.cause)}`;
          assert.ok(!said.includes(password), said);
        }
      }),
      { numRuns: 5 * numRuns },
    );
  });

  test('is shown without the password', () => {
    fc.assert(
      fc.property(wrong, (url) => {
        const rest = url.slice(url.lastIndexOf('@') + 1);
        // Behind the last @ stands no password, but a host, which is named.
        if (!rest.includes(password)) assert.ok(!redactedUrl(url).includes(password), redactedUrl(url));
      }),
      { numRuns },
    );
  });
});
