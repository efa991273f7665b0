import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { CircuitBreaker } from '@cleanmiss/core';
import { FsBreakerMemory, FsJournal, StoreFiles } from '@cleanmiss/fs-backend';
import { decodeKeyvValue, encodeKeyvValue } from '../src/keyv-value.js';
import { newDirectory } from './support/store-fixture.js';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

const directory = newDirectory();
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

const objectOf = (...members: readonly string[]) =>
  fc.record(Object.fromEntries(members.map((member) => [member, fc.jsonValue()])), { requiredKeys: [] });
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.json().map((text) => Buffer.from(text)),
  objectOf('format', 'id', 'failures', 'openUntil', 'reason').map((value) =>
    Buffer.from(JSON.stringify(value)),
  ),
);

describe('whatever stands in the place of', () => {
  it('the marker of a store is an id or none, and a put leaves one', () => {
    const files = new StoreFiles({ directory: join(directory, 'store') });
    mkdirSync(files.root, { recursive: true });
    fc.assert(
      fc.property(anything, (bytes) => {
        writeFileSync(join(files.root, 'store.json'), bytes);
        const id = files.marker.id();
        assert.ok(id === undefined || id !== '');
        files.marker.ensure();
        assert.ok(files.marker.id());
      }),
      { numRuns },
    );
  });

  it('the memory of a breaker closes a remote off for five minutes at most', () => {
    const path = join(directory, 'reads.json');
    const now = 1_000_000;
    fc.assert(
      fc.property(anything, (bytes) => {
        writeFileSync(path, bytes);
        const breaker = new CircuitBreaker({
          memory: new FsBreakerMemory({ path }),
          clock: { now: () => now },
        });
        const open = breaker.openState();
        assert.ok(open === undefined || (open.openUntil <= now + 300_000 && typeof open.reason === 'string'));
        breaker.failed('an outage');
        assert.ok(breaker.openState());
        breaker.succeeded();
      }),
      { numRuns },
    );
  });

  it('a batch of a journal is a batch, or is dropped', async () => {
    const folder = join(directory, 'journal');
    const journal = new FsJournal({ directory: folder, clock: { now: () => 1 } });
    mkdirSync(folder);
    const name = `${'0'.repeat(15)}-00000000-0000-0000-0000-000000000000-${'0'.repeat(9)}.jsonl`;
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        writeFileSync(join(folder, name), bytes);
        for (const batch of await journal.batches()) await journal.remove(batch);
        assert.equal(journal.hasWork(), false);
      }),
      { numRuns },
    );
  });
});

describe('a value of a Keyv', () => {
  it('comes back as it was', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.jsonValue());
    fc.assert(
      fc.property(value, (written) => {
        const { type, bytes } = encodeKeyvValue(written);
        const read = decodeKeyvValue(type, bytes);
        if (written instanceof Uint8Array) assert.deepEqual(read, Buffer.from(written));
        else assert.deepEqual(read, JSON.parse(JSON.stringify(written)));
      }),
      { numRuns },
    );
  });

  it('is a value or none, whatever its bytes and its type are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), anything, (type, bytes) => {
        decodeKeyvValue(type as string, bytes);
      }),
      { numRuns },
    );
  });
});
