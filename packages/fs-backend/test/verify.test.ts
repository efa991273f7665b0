import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import { encodeIndex, keyHashOf, type VerifyReport } from '@cleanmiss/core';
import { blobFrom, openFixture, systemError, type StoreFixture } from './support/store-fixture.js';

const clean: Partial<VerifyReport> = {
  corruptBlobs: 0,
  corruptMetas: 0,
  repairedBlobs: 0,
  missingBlobs: 0,
  incompleteMetas: 0,
  unknownFormats: 0,
  repairs: [],
};

describe('verifying', () => {
  it('quarantines a blob with any bit changed, and counts who is incomplete by that', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'a', blobs: { data: Buffer.from('first') } });
    await store.cache.put({ key: 'b', blobs: { data: Buffer.from('second') } });
    store.damage(blobFrom('first'), 'FIrst');
    const report = await store.maintenance.verify();
    assert.deepEqual(report, {
      ...clean,
      metas: 2,
      blobs: 1,
      blobBytes: 6,
      corruptBlobs: 1,
      missingBlobs: 1,
      incompleteMetas: 1,
    });
    assert.equal(store.quarantined().length, 1);
    assert.deepEqual(await store.cache.get('a'), { hit: false, reason: 'blob-missing' });
    assert.ok((await store.cache.get('b')).hit);
  });

  it('finds no fault with a store that was repaired', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'a', blobs: { data: Buffer.from('first') } });
    store.damage(blobFrom('first'));
    await store.maintenance.verify();
    await store.cache.put({ key: 'a', blobs: { data: Buffer.from('first') } });
    assert.deepEqual(await store.maintenance.verify(), { ...clean, metas: 1, blobs: 1, blobBytes: 5 });
  });

  it('reads a blob of many pieces, and finds the last byte of it', async (t) => {
    const store = openFixture(t);
    const big = blobFrom(Buffer.alloc(5_000_001, 'big '));
    await store.blobs.putMany([big]);
    assert.equal((await store.maintenance.verify()).blobs, 1);
    const fd = fs.openSync(store.pathOf(big), 'r+');
    fs.writeSync(fd, 'X', 5_000_000);
    fs.closeSync(fd);
    assert.equal((await store.maintenance.verify()).corruptBlobs, 1);
  });

  it('quarantines what is no file, and what has a bad sector', async (t) => {
    const store = openFixture(t);
    const [folder, unreadable] = [blobFrom('folder'), blobFrom('unreadable')];
    await store.blobs.putMany([folder, unreadable]);
    fs.unlinkSync(store.pathOf(folder));
    fs.mkdirSync(store.pathOf(folder));
    const readSync: typeof fs.readSync = () => {
      throw systemError('EIO', 'read');
    };
    const report = await store.with({ readSync }).maintenance.verify();
    assert.equal(report.corruptBlobs, 2);
    assert.deepEqual(await store.blobs.findMissing([unreadable.ref]), [unreadable.ref]);
  });

  it('removes what is no meta, and what is the meta of another key', async (t) => {
    const store = openFixture(t);
    await store.cache.putMany(['a', 'b', 'c', 'd'].map((key) => ({ key, blobs: {} })));
    fs.copyFileSync(metaPath(store, 'a'), metaPath(store, 'b'));
    fs.writeFileSync(metaPath(store, 'c'), '');
    fs.unlinkSync(metaPath(store, 'd'));
    fs.mkdirSync(`${metaPath(store, 'd')}/deep`, { recursive: true });
    const report = await store.maintenance.verify();
    assert.deepEqual(report, { ...clean, metas: 1, blobs: 0, blobBytes: 0, corruptMetas: 3 });
    for (const key of ['b', 'c', 'd'])
      assert.deepEqual(await store.cache.get(key), { hit: false, reason: 'absent' });
    assert.ok((await store.cache.get('a')).hit);
  });

  it('leaves a meta of an unknown format as it is', async (t) => {
    const store = openFixture(t);
    await store.metas.put(keyHashOf('k'), Buffer.from('{"format":99}'));
    assert.equal((await store.maintenance.verify()).unknownFormats, 1);
    assert.deepEqual(await store.cache.get('k'), { hit: false, reason: 'unknown-format' });
  });

  it('counts a meta as incomplete when a blob is gone that only its index lists', async (t) => {
    const store = openFixture(t);
    const [there, gone] = [blobFrom('there'), blobFrom('gone')];
    const whole = blobFrom(encodeIndex([{ refs: [there.ref], about: {} }]));
    const broken = blobFrom(encodeIndex([{ refs: [there.ref, gone.ref], about: {} }]));
    const noIndex = blobFrom('not an index');
    await store.blobs.putMany([there, whole, broken, noIndex]);
    for (const [key, { ref }] of Object.entries({ whole, broken, noIndex })) {
      await store.cache.put({ key, blobs: { index: { ...ref, index: true } } });
    }
    const report = await store.maintenance.verify();
    assert.deepEqual([report.metas, report.missingBlobs, report.incompleteMetas], [3, 1, 2]);
  });

  it('counts a blob once that many name, and does not take one of another size for it', async (t) => {
    const store = openFixture(t);
    const [gone, there] = [blobFrom('gone'), blobFrom('there')];
    await store.blobs.putMany([there]);
    for (const key of ['a', 'b']) await store.cache.put({ key, blobs: { x: gone.ref, y: there.ref } });
    await store.cache.put({ key: 'lying', blobs: { y: { ...there.ref, size: 99 } } });
    await store.cache.put({ key: 'whole', blobs: { y: there.ref } });
    const report = await store.maintenance.verify();
    assert.deepEqual([report.metas, report.missingBlobs, report.incompleteMetas], [4, 2, 3]);
  });

  it('finds nothing where there is no store', async (t) => {
    const store = openFixture(t);
    assert.deepEqual(await store.maintenance.verify(), { ...clean, metas: 0, blobs: 0, blobBytes: 0 });
    assert.deepEqual(fs.readdirSync(store.directory), []);
  });
});

function metaPath(store: StoreFixture, key: string): string {
  return store.files.metas.pathOf(keyHashOf(key));
}
