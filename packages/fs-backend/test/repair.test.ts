import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import {
  CacheError,
  encodeIndex,
  MemoryBlobStore,
  VerifyingBlobStore,
  type Blob,
  type BlobRef,
  type RepairSource,
} from '@cleanmiss/core';
import { blobFrom, openFixture, type StoreFixture } from './support/store-fixture.js';

describe('verifying with another tier that may have what is damaged', () => {
  it('says so where nobody has it', async (t) => {
    const { store, blobs } = await storeOf(t, 3);
    store.damage(blobs[0]!);
    fs.unlinkSync(store.pathOf(blobs[1]!));
    const report = await store.maintenance.verify({ repairFrom: [await sourceOf('empty', [])] });
    assert.deepEqual(
      [report.corruptBlobs, report.repairedBlobs, report.missingBlobs, report.incompleteMetas],
      [1, 0, 2, 2],
    );
    assert.deepEqual(report.repairs, [{ source: 'empty', blobs: 0, blobBytes: 0, failure: null }]);
  });

  it('says so where that is out of order, asks it once, and goes on with the next', async (t) => {
    const { store, blobs } = await storeOf(t, 2500);
    for (const blob of blobs) fs.unlinkSync(store.pathOf(blob));
    let asked = 0;
    const getMany = () => {
      asked += 1;
      return Promise.reject(new CacheError('ERR_OUTAGE', 'nobody is at home'));
    };
    const down = { name: 'down', blobs: { getMany } };
    const report = await store.maintenance.verify({ repairFrom: [down, await sourceOf('up', blobs)] });
    assert.deepEqual([report.repairedBlobs, report.missingBlobs, report.incompleteMetas], [2500, 0, 0]);
    assert.deepEqual(
      report.repairs.map(({ source, blobs, failure }) => [source, blobs, failure]),
      [
        ['down', 0, 'nobody is at home'],
        ['up', 2500, null],
      ],
    );
    assert.equal(asked, 1);
  });

  it('takes nothing that is damaged there too', async (t) => {
    const { store, blobs } = await storeOf(t, 1);
    store.damage(blobs[0]!);
    const forged = await sourceOf('forged', [{ ref: blobs[0]!.ref, bytes: Buffer.from('forged') }]);
    const report = await store.maintenance.verify({ repairFrom: [forged] });
    assert.deepEqual([report.repairedBlobs, report.missingBlobs], [0, 1]);
    assert.deepEqual(await store.blobs.findMissing([blobs[0]!.ref]), [blobs[0]!.ref]);
  });

  it('puts all of it back, from the first that has it, and keeps the damaged files for people', async (t) => {
    const { store, blobs } = await storeOf(t, 10);
    store.damage(blobs[0]!);
    fs.truncateSync(store.pathOf(blobs[1]!), 1);
    fs.unlinkSync(store.pathOf(blobs[2]!));
    const [some, all] = [await sourceOf('some', blobs.slice(0, 1)), await sourceOf('all', blobs)];
    const report = await store.maintenance.verify({ repairFrom: [some, all] });
    assert.deepEqual(
      [report.corruptBlobs, report.repairedBlobs, report.missingBlobs, report.incompleteMetas],
      [2, 3, 0, 0],
    );
    assert.deepEqual(
      report.repairs.map(({ source, blobs }) => [source, blobs]),
      [
        ['some', 1],
        ['all', 2],
      ],
    );
    assert.equal(store.quarantined().length, 2);
    for (let n = 0; n < 10; n++) assert.ok((await store.cache.get(n)).hit);
    const again = await store.maintenance.verify({ repairFrom: [some, all] });
    assert.deepEqual([again.corruptBlobs, again.repairedBlobs, again.blobs], [0, 0, 10]);
  });

  it('asks for nothing where all is whole, and for no damage that nobody names', async (t) => {
    const { store } = await storeOf(t, 3);
    const unnamed = blobFrom('unnamed');
    await store.blobs.putMany([unnamed]);
    store.damage(unnamed);
    const getMany = () => Promise.reject(new Error('not to be asked'));
    const report = await store.maintenance.verify({ repairFrom: [{ name: 'any', blobs: { getMany } }] });
    assert.deepEqual([report.corruptBlobs, report.repairedBlobs, report.missingBlobs], [1, 0, 0]);
  });

  it('looks at what a repaired index lists as well', async (t) => {
    const store = openFixture(t);
    const listed = ['one', 'two', 'three'].map(blobFrom);
    const index = blobFrom(encodeIndex(listed.map(({ ref }) => ({ refs: [ref], about: {} }))));
    await store.blobs.putMany([...listed, index]);
    await store.cache.put({ key: 'k', blobs: { index: { ...index.ref, index: true } } });
    store.damage(index);
    fs.unlinkSync(store.pathOf(listed[1]!));
    store.damage(listed[2]!);
    const report = await store.maintenance.verify({
      repairFrom: [await sourceOf('all', [...listed, index])],
    });
    assert.deepEqual(
      [report.corruptBlobs, report.repairedBlobs, report.missingBlobs, report.incompleteMetas],
      [2, 3, 0, 0],
    );
    assert.deepEqual(await store.blobs.findMissing([index, ...listed].map(({ ref }) => ref)), []);
  });

  it('asks in batches of a bounded number and size', async (t) => {
    const { store, blobs } = await storeOf(t, 30, 1_000_000);
    for (const blob of blobs) fs.unlinkSync(store.pathOf(blob));
    const source = await sourceOf('all', blobs);
    const batches: number[] = [];
    const getMany = (refs: readonly BlobRef[]) => {
      batches.push(refs.reduce((sum, { size }) => sum + size, 0));
      return source.blobs.getMany(refs);
    };
    const report = await store.maintenance.verify({ repairFrom: [{ name: 'all', blobs: { getMany } }] });
    assert.equal(report.repairedBlobs, 30);
    assert.deepEqual(batches, [17_000_000, 13_000_000]);
  });
});

/** A store with an entry a blob, under its number. */
async function storeOf(
  t: Parameters<typeof openFixture>[0],
  count: number,
  size = 20,
): Promise<{ readonly store: StoreFixture; readonly blobs: readonly Blob[] }> {
  const store = openFixture(t);
  const blobs = Array.from({ length: count }, (_, n) => blobFrom(Buffer.alloc(size, `blob ${n} `)));
  await store.cache.putMany(blobs.map(({ bytes }, key) => ({ key, blobs: { data: bytes } })));
  return { store, blobs };
}

async function sourceOf(name: string, blobs: readonly Blob[]): Promise<RepairSource> {
  const memory = new MemoryBlobStore();
  await memory.putMany(blobs);
  return { name, blobs: new VerifyingBlobStore(memory, { by: 'digest' }) };
}
