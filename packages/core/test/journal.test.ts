import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeJournalRecord,
  encodeJournalRecord,
  loadChecksum,
  maxIndexBlobBytes,
  MemoryJournal,
  type JournalRecord,
  type JsonObject,
  type Key,
} from '../src/index.js';
import { blobFrom } from './support/fake-tier.js';

const checksumOf = await loadChecksum();
const { ref } = blobFrom('content');

const awkwardNames = [
  '__proto__',
  'constructor',
  '',
  '0',
  ' ',
  'a\nb',
  'a\0b',
  '\u2028',
  'Ω é',
  '\ud83d\ude00',
  '\ud83d',
  '"',
];
const awkwardKeys: readonly Key[] = [
  ...[null, '', 0, -0, 1e21, false, [], {}, [[null]], 'a\nb', '\ud83d', 'e\u0301', '\u00e9'],
  ...awkwardNames.map((name): Key => Object.fromEntries([[name, name]])),
];

describe('a line of a journal', () => {
  it('is no record where it was damaged: any one bit of it', () => {
    for (const record of [entryOf('k', { plain: ref }), { op: 'delete', key: ['a', 'b'] } as const]) {
      const line = Buffer.from(encodeJournalRecord(record, checksumOf));
      for (let bit = 0; bit < line.length * 8; bit++) {
        const flipped = Uint8Array.from(line);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const text = Buffer.from(flipped).toString('utf8');
        for (const part of text.split('\n')) {
          assert.equal(decodeJournalRecord(part, checksumOf), undefined, `bit ${bit}: ${part}`);
        }
      }
    }
  });

  it('is no record where it names an index that is longer than one may be', () => {
    const lineOf = (size: number) =>
      encodeJournalRecord(entryOf('k', { x: { ...ref, size, index: true } }), checksumOf);
    assert.ok(decodeJournalRecord(lineOf(maxIndexBlobBytes), checksumOf));
    assert.equal(decodeJournalRecord(lineOf(maxIndexBlobBytes + 1), checksumOf), undefined);
  });

  it('is no record where it was cut short, lengthened, or is the end of another', () => {
    const line = encodeJournalRecord(entryOf('k', { plain: ref }), checksumOf);
    for (let length = 0; length < line.length; length++) {
      assert.equal(decodeJournalRecord(line.slice(0, length), checksumOf), undefined);
      if (length > 0) assert.equal(decodeJournalRecord(line.slice(length), checksumOf), undefined);
    }
    assert.equal(decodeJournalRecord(`${line} `, checksumOf), undefined);
    assert.equal(decodeJournalRecord(line + line, checksumOf), undefined);
  });

  it('is no record where it is something else with a good checksum', () => {
    const others = [
      ...[
        '',
        'null',
        '[]',
        '7',
        '"put"',
        '{}',
        '{"op":"put"}',
        '{"op":"delete"}',
        '{"op":"drop","key":1}',
        '{',
      ],
      ...[
        '{"op":"put","key":1,"blobs":[],"attributes":{}}',
        '{"op":"put","key":1,"blobs":{},"attributes":null}',
      ],
      '{"op":"put","key":1,"blobs":{"a":null},"attributes":{}}',
      '{"op":"put","key":1,"blobs":{"a":{"digest":"../x","size":1,"checksum":"0"}},"attributes":{}}',
      JSON.stringify({ op: 'put', key: 1, blobs: { a: { ...ref, size: -1 } }, attributes: {} }),
    ];
    for (const body of others) {
      const line = `${checksumOf(Buffer.from(body))} ${body}`;
      assert.equal(decodeJournalRecord(line, checksumOf), undefined, body);
    }
  });

  it('gives back the record, whatever its key', () => {
    for (const key of awkwardKeys) {
      expectRoundTrip(entryOf(key, {}));
      expectRoundTrip({ op: 'delete', key });
    }
  });

  it('gives back the record, whatever the names of its blobs and attributes, and which of them list others', () => {
    const blobs = Object.fromEntries(awkwardNames.map((name) => [name, ref]));
    const attributes = Object.fromEntries(awkwardNames.map((name): [string, Key] => [name, [name]]));
    expectRoundTrip(entryOf('k', blobs, attributes));
    expectRoundTrip(entryOf('k', { pages: { ...ref, index: true }, plain: ref }));
  });
});

describe('a line of a journal, of an entry that comes after another,', () => {
  it('says after which', () => {
    for (const after of awkwardKeys) {
      const entry = { key: 'ref', blobs: {}, attributes: {}, after };
      expectRoundTrip({ op: 'put', entry });
    }
  });
});

describe('a journal in memory', () => {
  it('hands out what was appended, oldest first, until it is removed', async () => {
    const journal = new MemoryJournal();
    assert.equal(journal.hasWork(), false);
    assert.deepEqual(await journal.batches(), []);
    const [first, second] = [[entryOf('a', {}), entryOf('b', {})], [{ op: 'delete', key: 'a' } as const]];
    await journal.append(first);
    await journal.append(second);
    assert.equal(journal.hasWork(), true);
    const batches = await journal.batches();
    assert.deepEqual(
      batches.map(({ records }) => records),
      [first, second],
    );
    await journal.remove(batches[0]!);
    await journal.remove(batches[0]!);
    assert.deepEqual(await journal.batches(), [batches[1]]);
    await journal.remove(batches[1]!);
    assert.equal(journal.hasWork(), false);
  });
});

function entryOf(
  key: Key,
  blobs: (JournalRecord & { op: 'put' })['entry']['blobs'],
  attributes: JsonObject = {},
): JournalRecord {
  return { op: 'put', entry: { key, blobs, attributes } };
}

function expectRoundTrip(record: JournalRecord): void {
  const line = encodeJournalRecord(record, checksumOf);
  assert.ok(!line.includes('\n'), 'one line');
  // As a file holds it.
  const read = Buffer.from(line).toString('utf8');
  const decoded = decodeJournalRecord(read, checksumOf);
  assert.deepEqual(decoded, JSON.parse(JSON.stringify(record)));
  if (record.op === 'put' && decoded?.op === 'put') {
    assert.deepEqual(Object.keys(decoded.entry.blobs).sort(), Object.keys(record.entry.blobs).sort());
  }
}
