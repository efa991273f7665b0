import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobOf,
  canonicalJson,
  decodeMeta,
  encodeMeta,
  loadChecksum,
  maxIndexBlobBytes,
  metaFormat,
  type Json,
  type JsonObject,
  type Meta,
  type NamedBlobRef,
} from '../src/index.js';

const checksumOf = await loadChecksum();
const { ref } = blobOf(Buffer.from('content'), checksumOf);

const meta: Meta = {
  key: { module: 'm', version: [3, 11] },
  blobs: new Map<string, NamedBlobRef>([
    ['data', ref],
    ['__proto__', ref],
    ['pages', { ...ref, index: true }],
  ]),
  attributes: { lines: 12, nothing: null, deep: { list: [1, 'two'] } },
  writer: 'mypy 2.4',
  time: 1_700_000_000_123,
  origins: [
    { writer: 'laptop', first: 5, last: 7 },
    { writer: 'ci', key: '0123456789abcdef', first: 7, last: 7 },
  ],
};

describe('a meta that is read', () => {
  it('is corrupt when it is not a JSON object', () => {
    for (const text of ['', ' ', '{', 'null', 'true', '1', '"{}"', '[]', '[{}]', '\u0000', '{}x']) {
      assert.deepEqual(decoded(text), { ok: false, reason: 'meta-corrupt' }, text);
    }
  });

  it('is corrupt when any member is missing, or is of another type', () => {
    const broken: readonly JsonObject[] = [
      ...['key', 'blobs', 'attributes', 'writer', 'time'].map(without),
      { ...body(), blobs: [] },
      { ...body(), blobs: null },
      { ...body(), attributes: [] },
      { ...body(), attributes: 'x' },
      { ...body(), writer: 1 },
      { ...body(), time: '1' },
      { ...body(), format: '1' },
      { ...body(), format: 1.5 },
      { ...body(), format: null },
    ];
    for (const document of broken) {
      assert.deepEqual(decoded(sealed(document)).ok, false, canonicalJson(document));
    }
    assert.ok(decoded(sealed(body())).ok, 'and only for that reason');
  });

  it('is corrupt when one of its blobs is no blob reference', () => {
    const good = { digest: ref.digest, size: ref.size, checksum: ref.checksum };
    const bad: readonly Json[] = [
      null,
      'text',
      [],
      {},
      { ...good, digest: good.digest.toUpperCase() },
      { ...good, digest: good.digest.slice(1) },
      { ...good, digest: `../${good.digest.slice(3)}` },
      { ...good, checksum: '' },
      { ...good, size: -1 },
      { ...good, size: 1.5 },
      { ...good, size: '7' },
      { ...good, size: 2 ** 60 },
    ];
    for (const reference of bad) {
      const document = { ...body(), blobs: { good, bad: reference } };
      assert.deepEqual(
        decoded(sealed(document)),
        { ok: false, reason: 'meta-corrupt' },
        canonicalJson(reference),
      );
    }
  });

  it('is corrupt when it names an index that is longer than one may be, though not a blob of that length', () => {
    const reference = (size: number, index: boolean) => ({ ...ref, size, index });
    const read = (size: number, index: boolean) =>
      decoded(sealed({ ...body(), blobs: { x: reference(size, index) } })).ok;
    assert.deepEqual(
      [read(maxIndexBlobBytes, true), read(maxIndexBlobBytes + 1, true), read(maxIndexBlobBytes + 1, false)],
      [true, false, true],
    );
  });

  it('is corrupt when a member says something else than what was sealed', () => {
    const document = { ...(JSON.parse(encoded()) as JsonObject), writer: 'somebody else' };
    assert.deepEqual(decoded(canonicalJson(document)), { ok: false, reason: 'meta-corrupt' });
  });

  it('is of an unknown format when it says so, whether or not its seal is one of ours', () => {
    const other = { ...body(), format: metaFormat + 1 };
    assert.deepEqual(decoded(sealed(other)), { ok: false, reason: 'unknown-format' });
    assert.deepEqual(decoded(canonicalJson(other)), { ok: false, reason: 'unknown-format' });
    assert.deepEqual(decoded('{"format":99}'), { ok: false, reason: 'unknown-format' });
  });

  it('is what was written', () => {
    assert.deepEqual(decoded(encoded()), { ok: true, meta });
  });

  it('may be a part of a larger buffer', () => {
    const bytes = Buffer.concat([Buffer.from('...'), encodeMeta(meta, checksumOf), Buffer.from('...')]);
    assert.deepEqual(decodeMeta(bytes.subarray(3, -3), checksumOf), { ok: true, meta });
  });

  it('may come with another order of members and with white space', () => {
    const document = JSON.parse(encoded()) as JsonObject;
    const reordered = Object.fromEntries(Object.entries(document).reverse());
    assert.deepEqual(decoded(JSON.stringify(reordered, undefined, 2)), { ok: true, meta });
  });
});

describe('a meta that is written', () => {
  it('has the same bytes as an equal one, whatever the order of its parts', () => {
    const { key, blobs, ...rest } = meta;
    const equal: Meta = {
      ...rest,
      blobs: new Map([...blobs].reverse()),
      key: { version: [3, 11], module: 'm' },
    };
    assert.ok(Buffer.from(encodeMeta(equal, checksumOf)).equals(encodeMeta({ ...meta, key }, checksumOf)));
  });

  it('is refused where it names an index that is longer than one may be', () => {
    const blobs = new Map([['x', { ...ref, size: maxIndexBlobBytes + 1, index: true } as const]]);
    assert.throws(() => encodeMeta({ ...meta, blobs }, checksumOf), {
      code: 'ERR_INVALID_OPTION',
      message: /names an index of more than 33554432 bytes/,
    });
  });

  it('says its format', () => {
    assert.equal((JSON.parse(encoded()) as JsonObject)['format'], metaFormat);
  });
});

function encoded(): string {
  return Buffer.from(encodeMeta(meta, checksumOf)).toString();
}

function decoded(text: string) {
  return decodeMeta(Buffer.from(text), checksumOf);
}

function body(): JsonObject {
  return withoutMember(JSON.parse(encoded()) as JsonObject, 'checksum');
}

function without(name: string): JsonObject {
  return withoutMember(body(), name);
}

function withoutMember(document: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([member]) => member !== name));
}

/** As the encoder does it, over whatever it would never write. */
function sealed(document: JsonObject): string {
  return canonicalJson({ ...document, checksum: checksumOf(Buffer.from(canonicalJson(document))) });
}
