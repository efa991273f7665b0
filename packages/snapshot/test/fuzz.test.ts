import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { loadChecksum, type BlobRef } from '@cleanmiss/core';
import {
  emptyIndex,
  isStatePath,
  readSlotIndex,
  readSlotRecord,
  writeSlotIndex,
  writeSlotRecord,
  type FileEntry,
  type SlotRecord,
  type StatePath,
  type Unit,
} from '@cleanmiss/snapshot';
import { isState } from '../src/manifest.js';
import { packGroupsOf } from '../src/packs.js';
import { decodePage, encodePage, pageGroupsOf } from '../src/pages.js';
import { temporaryDirectory } from './support/fixtures.js';
import { blobFrom } from './support/hostile-snapshots.js';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns });
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

const hostilePart = fc.constantFrom(
  '..',
  '.',
  '',
  'a',
  'A',
  'con',
  'C:',
  '\0',
  '\\',
  '\\..\\',
  '~',
  '%2e%2e',
  '\ud800',
);
const hostilePath = fc
  .array(fc.oneof(hostilePart, fc.string({ unit: 'binary', maxLength: 8 })), { minLength: 1, maxLength: 8 })
  .chain((parts) => fc.constantFrom('/', '\\', '//').map((separator) => parts.join(separator)));

const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString'),
  fc.string({ unit: 'grapheme' }),
);
const content = fc.string({ maxLength: 20 }).map((text) => blobFrom(text));
const path = fc
  .array(fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme' }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((text): text is StatePath => isStatePath(text));

const file: fc.Arbitrary<FileEntry> = fc
  .record({
    path,
    mode: fc.integer({ min: 0, max: 0o777 }).map((mode) => mode | 0o400),
    mtimeMs: fc.option(fc.nat()),
    contents: fc.array(content, { maxLength: 3 }),
  })
  .map(({ contents, ...entry }) => {
    const refs = contents.map(({ ref }) => ref);
    return { ...entry, refs, size: refs.reduce((sum, { size }) => sum + size, 0) };
  });

const unit: fc.Arbitrary<Unit> = fc.record({
  name,
  required: fc.boolean(),
  facts: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxKeys: 5 }),
  files: fc.array(file, { minLength: 1, maxLength: 4 }),
});

/** As of a pack that holds these files. */
function refOf(files: readonly FileEntry[]): BlobRef {
  return {
    ...blobFrom(files.map(({ path: of }) => of).join()).ref,
    size: files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Such as a capture makes them: each path once, no file in the place of a folder. */
const units = fc.uniqueArray(unit, { selector: ({ name: of }) => of, maxLength: 80 }).filter(isState);

describe('a path of a manifest', () => {
  it('is refused, or leads to a place inside, on every system', () => {
    const root = resolve('/the/slot');
    holds(
      fc.property(hostilePath, fc.constantFrom<NodeJS.Platform>('linux', 'win32'), (text, platform) => {
        if (!isStatePath(text, platform)) return;
        const inside = relative(root, join(root, text));
        assert.ok(inside !== '' && inside.split(sep)[0] !== '..', text);
        assert.equal(inside.replaceAll(sep, '/'), text);
        assert.equal(Buffer.from(text).toString(), text);
      }),
    );
  });
});

describe('the units of a state', () => {
  it('come back from their pages as they were', () =>
    fc.assert(
      fc.asyncProperty(units, async (written) => {
        const checksumOf = await loadChecksum();
        const packed = pageGroupsOf(written, checksumOf).map((group) => {
          const groups = packGroupsOf(group, checksumOf);
          return { units: group, packs: groups.map((files) => ({ files, ref: refOf(files) })) };
        });
        const pages = packed.map((page) => decodePage(encodePage(page, checksumOf).bytes));
        const read = pages.flatMap((page) => page?.units ?? assert.fail('no page'));
        const packs = (some: typeof pages) => some.flatMap((page) => page!.packs.map(({ ref }) => ref));
        assert.deepEqual(packs(pages), packs(packed));
        const inOrder = [...written].sort((a, b) => (a.name < b.name ? -1 : 1));
        assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(inOrder)));
      }),
      { numRuns },
    ));

  it('come back from the index of a slot as they were, and none of them where it is damaged', () => {
    const index = join(temporaryDirectory(), 'index.jsonl');
    holds(
      fc.property(units, fc.nat(), (written, length) => {
        const stamp = { size: 1, mtimeMs: 2.5, ctimeMs: 3, ino: 4 };
        const stamps = new Map(
          written.flatMap(({ files }) => files.map((each) => [each.path, stamp] as const)),
        );
        const packs = new Map(written.map((each) => [each.name, refOf(each.files)]));
        writeSlotIndex(index, { units: written, stamps, packs });
        const read = readSlotIndex(index);
        assert.deepEqual(JSON.parse(JSON.stringify(read.units)), JSON.parse(JSON.stringify(written)));
        assert.deepEqual([read.stamps, read.packs], [stamps, packs]);
        writeFileSync(index, `${JSON.stringify(written).slice(0, length % 50)}!`);
        assert.deepEqual(readSlotIndex(index), emptyIndex);
      }),
    );
  });
});

describe('whatever stands in the place of', () => {
  const anything = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.json().map(bytesOf));

  it('a page is a page or none', () => {
    const members = {
      unit: fc.jsonValue(),
      facts: fc.jsonValue(),
      files: fc.jsonValue(),
      refs: fc.jsonValue(),
    };
    const line = fc.record(members).map((value) => Buffer.from(JSON.stringify(value)));
    const listed = fc
      .array(fc.array(fc.oneof(fc.jsonValue(), hostilePath, fc.integer()), { maxLength: 6 }), {
        maxLength: 3,
      })
      .map((files) => Buffer.from(JSON.stringify({ unit: 'u', facts: {}, files, refs: [] })));
    holds(
      fc.property(fc.oneof(anything, line, listed), (bytes) => {
        for (const { files } of decodePage(bytes)?.units ?? [])
          for (const each of files) assert.ok(isStatePath(each.path));
      }),
    );
  });

  it('the index or the record of a slot is one, or as good as none', () => {
    const place = join(temporaryDirectory(), 'file');
    const members = [
      'format',
      'snapshot',
      'fingerprint',
      'folders',
      'commit',
      'storeId',
      'storedAt',
      'settledAt',
    ];
    const record = fc.record(Object.fromEntries(members.map((member) => [member, fc.jsonValue()])));
    holds(
      fc.property(
        fc.oneof(
          anything,
          record.map((value) => Buffer.from(JSON.stringify(value))),
        ),
        (bytes) => {
          writeFileSync(place, bytes);
          readSlotIndex(place);
          const read = readSlotRecord(place);
          if (read) assert.deepEqual([typeof read.snapshot, typeof read.settledAt], ['string', 'number']);
        },
      ),
    );
  });
});

describe('the record of a slot', () => {
  it('comes back as it was', () => {
    const place = join(temporaryDirectory(), 'slot.json');
    const origin = fc.record(
      { writer: fc.string(), first: fc.nat(), last: fc.nat() },
      { noNullPrototype: true },
    );
    const names = fc.array(fc.string(), { maxLength: 3 });
    // Long before it is written.
    const time = fc.tuple(fc.string(), fc.nat(), fc.nat(), fc.nat());
    const still = fc.array(time, { maxLength: 3 });
    const folders = fc.record({ print: fc.string(), still, busy: names }, { noNullPrototype: true });
    const record: fc.Arbitrary<SlotRecord> = fc.record({
      snapshot: fc.string(),
      fingerprint: fc.string(),
      folders: fc.option(folders),
      commit: fc.option(fc.string()),
      storeId: fc.option(fc.string()),
      storedAt: fc.nat(),
      settledAt: fc.nat(),
      origins: fc.array(origin, { maxLength: 3 }),
    });
    holds(
      fc.property(record, (written) => {
        writeSlotRecord(place, written);
        assert.deepEqual(readSlotRecord(place), { ...written });
      }),
    );
  });
});
