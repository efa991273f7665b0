import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  decodeIndex,
  decodeJournalRecord,
  decodeMeta,
  digestOf,
  encodeIndex,
  encodeJournalRecord,
  encodeMeta,
  keyHashOf,
  loadChecksum,
  maxIndexBlobBytes,
  missReasons,
  parseBlobRef,
  parseJson,
  type JournalRecord,
  type Json,
  type JsonObject,
  type Meta,
  type Origin,
  type NamedBlobRef,
} from '../src/index.js';

const checksumOf = await loadChecksum();
/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

/** Names that an object has of itself. */
const inherited = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '');
const name = fc.oneof(inherited, fc.string());
const json = fc.jsonValue() as fc.Arbitrary<Json>;
const object = fc
  .array(fc.tuple(name, json), { maxLength: 5 })
  .map((members) => Object.fromEntries<Json>(members));
const bytes = fc.uint8Array({ maxLength: 200 });

const blobRef: fc.Arbitrary<NamedBlobRef> = fc
  .tuple(bytes, fc.nat(), fc.boolean())
  .map(([content, size, index]) => ({
    digest: digestOf(content),
    size: index ? size % (maxIndexBlobBytes + 1) : size,
    checksum: checksumOf(content),
    ...(index ? { index } : {}),
  }));
const blobs = fc.array(fc.tuple(name, blobRef), { maxLength: 4 }).map((entries) => new Map(entries));

const origin: fc.Arbitrary<Origin> = fc.oneof(
  fc.record({ writer: fc.string(), first: fc.nat(), last: fc.nat() }),
  fc.record({ writer: fc.string(), key: fc.string(), first: fc.nat(), last: fc.nat() }),
);
const origins = fc.array(origin, { maxLength: 3 });

const meta: fc.Arbitrary<Meta> = fc.record({
  key: json,
  blobs,
  attributes: object,
  writer: fc.string(),
  time: fc.nat(),
  origins,
});

const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  json.map((key) => ({ op: 'delete', key }) as const),
  fc
    .record({ key: json, blobs: blobs.map(Object.fromEntries<NamedBlobRef>), attributes: object })
    .map((entry) => ({ op: 'put', entry }) as const),
);

/** One byte is another. */
const flip = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));

function flipped(content: Uint8Array, [at, by]: readonly [number, number]): Uint8Array {
  const copy = Uint8Array.from(content);
  copy[at % copy.length]! ^= by;
  return copy;
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns });
}

/** As the encoder does it, over whatever it would never write. */
function sealed(document: JsonObject): Uint8Array {
  return Buffer.from(
    canonicalJson({ ...document, checksum: checksumOf(Buffer.from(canonicalJson(document))) }),
  );
}

describe('whatever stands in the place of a meta', () => {
  const anything = fc.oneof(bytes, fc.json().map(bytesOf), fc.string().map(bytesOf));

  it('is a meta, or a miss with a reason', () => {
    holds(
      fc.property(anything, (content) => {
        const decoded = decodeMeta(content, checksumOf);
        assert.ok(decoded.ok || missReasons.includes(decoded.reason));
      }),
    );
  });

  it('is a meta of the right types or none, where its seal is right as well', () => {
    const members = fc.record(
      {
        format: fc.constantFrom<Json>(1, 2, '1'),
        key: json,
        blobs: json,
        attributes: json,
        writer: json,
        time: json,
      },
      { requiredKeys: [] },
    );
    holds(
      fc.property(members, (document) => {
        const decoded = decodeMeta(sealed(document), checksumOf);
        if (!decoded.ok) return;
        const { writer, time, attributes } = decoded.meta;
        assert.deepEqual(
          [typeof writer, typeof time, Array.isArray(attributes)],
          ['string', 'number', false],
        );
        for (const ref of decoded.meta.blobs.values()) assert.ok(parseBlobRef({ ...ref }));
      }),
    );
  });

  it('is never another meta where one byte of one is another, or its end is missing', () => {
    holds(
      fc.property(meta, flip, fc.nat(), (written, change, length) => {
        const encoded = encodeMeta(written, checksumOf);
        const decoded = decodeMeta(flipped(encoded, change), checksumOf);
        // The last digit of a long number may be another, and the number the same.
        if (decoded.ok)
          assert.deepEqual(Buffer.from(encodeMeta(decoded.meta, checksumOf)), Buffer.from(encoded));
        assert.equal(decodeMeta(encoded.subarray(0, length % encoded.length), checksumOf).ok, false);
      }),
    );
  });

  it('is the meta that was written, whatever it says', () => {
    holds(
      fc.property(meta, (written) => {
        const encoded = encodeMeta(written, checksumOf);
        const decoded = decodeMeta(encoded, checksumOf);
        assert.ok(decoded.ok);
        assert.deepEqual([...decoded.meta.blobs].sort(), [...written.blobs].sort());
        assert.deepEqual(Buffer.from(encodeMeta(decoded.meta, checksumOf)), Buffer.from(encoded));
        assert.equal(keyHashOf(decoded.meta.key), keyHashOf(written.key));
      }),
    );
  });
});

describe('whatever stands in the place of a line of a journal', () => {
  it('is a record or none', () => {
    holds(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        decodeJournalRecord(body, checksumOf);
        decodeJournalRecord(`${checksumOf(Buffer.from(body))} ${body}`, checksumOf);
      }),
    );
  });

  it('is none where one byte of one is another, or its end is missing', () => {
    holds(
      fc.property(record, flip, fc.nat(), (written, change, length) => {
        const encoded = Buffer.from(encodeJournalRecord(written, checksumOf));
        const read = (content: Uint8Array) =>
          decodeJournalRecord(Buffer.from(content).toString(), checksumOf);
        assert.equal(read(flipped(encoded, change)), undefined);
        assert.equal(read(encoded.subarray(0, length % encoded.length)), undefined);
      }),
    );
  });

  it('is the record that was written', () => {
    holds(
      fc.property(record, (written) => {
        const encoded = encodeJournalRecord(written, checksumOf);
        const read = decodeJournalRecord(encoded, checksumOf);
        assert.ok(read);
        assert.equal(encodeJournalRecord(read, checksumOf), encoded);
      }),
    );
  });
});

describe('whatever stands in the place of an index', () => {
  it('is an index or none', () => {
    const lines = fc.array(fc.oneof(fc.json(), fc.constant('{"refs":[]}'), fc.string()), { maxLength: 4 });
    holds(
      fc.property(
        fc.oneof(
          bytes,
          lines.map((list) => Buffer.from(list.join('\n'))),
        ),
        (content) => {
          decodeIndex(content);
        },
      ),
    );
  });

  it('is the index that was written', () => {
    const entry = fc.record({ refs: fc.array(blobRef), about: object });
    holds(
      fc.property(fc.array(entry, { maxLength: 5 }), (written) => {
        const read = decodeIndex(encodeIndex(written));
        assert.ok(read);
        assert.deepEqual(Buffer.from(encodeIndex(read)), Buffer.from(encodeIndex(written)));
      }),
    );
  });
});

describe('JSON that is read', () => {
  it('is what JSON.parse says, or nothing', () => {
    holds(
      fc.property(fc.oneof(fc.json({ maxDepth: 20 }), fc.string()), (text) => {
        assert.deepEqual(parseJson(text), parsedOrNot(text));
      }),
    );
  });
});

function parsedOrNot(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
