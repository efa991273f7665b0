import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobOf,
  canonicalJson,
  decodeIndex,
  decodeJournalRecord,
  decodeMeta,
  encodeMeta,
  keyHashOf,
  linesOf,
  loadChecksum,
  maxJsonDepth,
  maxMetaBytes,
  MemoryBlobStore,
  MemoryMetaStore,
  parseBlobRef,
  parseJson,
  StoredCache,
  VerifyingBlobStore,
  type Json,
  type JsonObject,
} from '../src/index.js';

const checksumOf = await loadChecksum();
const { ref } = blobOf(Buffer.from('content'), checksumOf);
const levels = 100_000;

const nestedText = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const nested = (depth: number) => JSON.parse(nestedText(depth)) as Json;

/** With a seal over the text as it is: nobody can make canonical JSON of it. */
function sealedText(member: string): Uint8Array {
  const body = `{"attributes":{"a":${member}},"blobs":{},"format":1,"key":"k","time":1,"writer":"w"}`;
  return Buffer.from(`{"checksum":"${checksumOf(Buffer.from(body))}",${body.slice(1)}`);
}

function sealed(document: JsonObject): Uint8Array {
  return Buffer.from(
    canonicalJson({ ...document, checksum: checksumOf(Buffer.from(canonicalJson(document))) }),
  );
}

function newCache() {
  const metas = new MemoryMetaStore();
  const blobs = new VerifyingBlobStore(new MemoryBlobStore());
  return { metas, cache: new StoredCache({ blobs, metas, writer: 'test' }) };
}

describe('JSON that is nested more deeply than any stack', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":[1,', ']}]'],
  ] as const) {
    it(`is no JSON to us: ${open}`, () => {
      assert.equal(parseJson(`${open.repeat(levels)}1${close.repeat(levels)}`), undefined);
      assert.equal(parseJson(open.repeat(levels)), undefined);
    });
  }

  it('is a corrupt meta, a corrupt index and no record of a journal', () => {
    const text = nestedText(levels);
    assert.deepEqual(decodeMeta(sealedText(text), checksumOf), { ok: false, reason: 'meta-corrupt' });
    assert.equal(decodeIndex(Buffer.from(`{"refs":[],"facts":${text}}\n`)), undefined);
    const body = `{"key":${text},"op":"delete"}`;
    assert.equal(decodeJournalRecord(`${checksumOf(Buffer.from(body))} ${body}`, checksumOf), undefined);
  });

  it('is refused in a key and in attributes, before anything is stored', async () => {
    const { cache } = newCache();
    const deep = nested(levels);
    await assert.rejects(cache.get(deep), { code: 'ERR_INVALID_KEY' });
    await assert.rejects(cache.put({ key: deep, blobs: {} }), { code: 'ERR_INVALID_KEY' });
    const attributes = { deep };
    await assert.rejects(cache.put({ key: 'k', blobs: {}, attributes }), { code: 'ERR_INVALID_OPTION' });
    assert.deepEqual(await cache.get('k'), { hit: false, reason: 'absent' });
  });

  it('is refused to the level where it could not be read again', async () => {
    const { cache } = newCache();
    const [deepest, deeper] = [nested(maxJsonDepth - 1), nested(maxJsonDepth)];
    await cache.put({ key: deepest, blobs: {} });
    assert.ok((await cache.get(deepest)).hit);
    assert.throws(() => keyHashOf(deeper), { code: 'ERR_INVALID_KEY' });
  });

  it('is not mistaken for a text that holds brackets', () => {
    const text = JSON.stringify({ a: '['.repeat(levels), b: `"${'{'.repeat(levels)}\\`, c: [] });
    assert.deepEqual(parseJson(text), JSON.parse(text));
    const wide = JSON.stringify(Array.from({ length: levels }, () => [{}]));
    assert.deepEqual(parseJson(wide), JSON.parse(wide));
  });
});

describe('a number that lies', () => {
  it('makes no reference to a blob', () => {
    const sizes: readonly Json[] = [-1, 0.5, 2 ** 31 + 1, 2 ** 52, 2 ** 53, 1e300, '10', null, [10], {}];
    for (const size of sizes) assert.equal(parseBlobRef({ ...ref, size }), undefined, JSON.stringify(size));
    assert.equal(parseBlobRef(JSON.parse(`{"digest":"${ref.digest}","size":1e999}`) as Json), undefined);
    assert.ok(parseBlobRef({ ...ref }));
  });

  it('makes a corrupt meta where the time is endless', () => {
    // To canonical JSON it is `null`, so that the seal can be made to fit.
    const body = '{"attributes":{},"blobs":{},"format":1,"key":"k","time":null,"writer":"w"}';
    const text = body
      .replace('null', '1e999')
      .replace('{', `{"checksum":"${checksumOf(Buffer.from(body))}",`);
    assert.deepEqual(decodeMeta(Buffer.from(text), checksumOf), { ok: false, reason: 'meta-corrupt' });
  });
});

describe('what is longer than anything of ours', () => {
  it('is a corrupt meta, and is not written either', async () => {
    const { cache, metas } = newCache();
    const body = {
      format: 1,
      key: 'k',
      blobs: {},
      attributes: { a: 'x'.repeat(maxMetaBytes) },
      writer: 'w',
      time: 1,
    };
    await metas.put(keyHashOf('k'), sealed(body));
    assert.deepEqual(await cache.get('k'), { hit: false, reason: 'meta-corrupt' });
    const { attributes } = body;
    await assert.rejects(cache.put({ key: 'k', blobs: {}, attributes }), { code: 'ERR_INVALID_OPTION' });
  });

  it('is no index: a million of entries, or a line of many megabytes', () => {
    assert.equal(decodeIndex(Buffer.from('{"refs":[]}\n'.repeat(1_000_000))), undefined);
    assert.equal(decodeIndex(Buffer.from(`{"refs":[],"a":"${'x'.repeat(9 * 1024 * 1024)}"}\n`)), undefined);
    assert.deepEqual(decodeIndex(Buffer.alloc(1_000_000, '\n')), []);
  });

  it('is passed over line by line', () => {
    assert.deepEqual([...linesOf(Buffer.from('\n\na\nlonger\n\nb'), 3)], ['a', undefined, 'b']);
  });

  it('is a key of a megabyte all the same', async () => {
    const { cache } = newCache();
    const key = 'k'.repeat(1024 * 1024);
    await cache.put({ key, blobs: { a: Buffer.from('content') } });
    const found = await cache.get(key);
    assert.ok(found.hit && Buffer.from(found.blobs.get('a')!).toString() === 'content');
    assert.deepEqual(await cache.get(`${key}k`), { hit: false, reason: 'absent' });
  });
});

describe('a name that every object has of itself', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  it('is a name like any other: of a blob, of an attribute, in a key', async () => {
    const { cache } = newCache();
    for (const name of names) {
      const member = Object.fromEntries([[name, { polluted: true }]]) as JsonObject;
      const blobs = Object.fromEntries([[name, Buffer.from(name)]]);
      await cache.put({ key: member, blobs, attributes: member });
      const found = await cache.get(member);
      assert.ok(found.hit, name);
      assert.deepEqual([...found.blobs.keys()], [name]);
      assert.equal(Buffer.from(found.blobs.get(name)!).toString(), name);
      assert.deepEqual(Object.entries(found.meta.attributes), [[name, { polluted: true }]]);
      assert.deepEqual(await cache.get(Object.fromEntries([[name, {}]])), { hit: false, reason: 'absent' });
    }
    assert.equal(new Set(names.map((name) => keyHashOf(Object.fromEntries([[name, 1]])))).size, names.length);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it('is no member of a meta that has not got it', () => {
    const body = { attributes: {}, format: 1, time: 1, writer: 'w' };
    const text = canonicalJson(body).replace('{', '{"__proto__":{"key":"k","blobs":{}},');
    const document = JSON.parse(text) as JsonObject;
    assert.deepEqual(decodeMeta(sealed(document), checksumOf), { ok: false, reason: 'meta-corrupt' });
  });

  it('is encoded as it is', () => {
    const attributes = JSON.parse('{"__proto__":{"a":1}}') as JsonObject;
    const text = Buffer.from(
      encodeMeta({ key: 'k', blobs: new Map(), attributes, writer: 'w', time: 1 }, checksumOf),
    ).toString();
    assert.match(text, /"__proto__":\{"a":1\}/);
  });
});
