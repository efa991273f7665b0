import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import {
  CacheError,
  encodeIndex,
  encodeMeta,
  keyHashOf,
  loadChecksum,
  type Blob,
  type Key,
} from '@cleanmiss/core';
import { blobFrom, hourMs, openFixture, systemError, type StoreFixture } from './support/store-fixture.js';

const checksumOf = await loadChecksum();
const day = 24 * hourMs;
const [named, unnamed] = [blobFrom('named'), blobFrom('unnamed')];

describe('garbage collection', () => {
  it('refuses an age that is none, and names the option', async (t) => {
    const { maintenance } = openFixture(t);
    for (const options of [{ graceMs: -1 }, { maxAgeMs: NaN }, { maxBytes: -1 }]) {
      await assert.rejects(maintenance.gc(options), (error) => {
        const name = Object.keys(options)[0]!;
        return (
          error instanceof CacheError && error.code === 'ERR_INVALID_OPTION' && error.message.includes(name)
        );
      });
    }
  });

  it('finds nothing where there is no store', async (t) => {
    const report = await openFixture(t).maintenance.gc();
    assert.deepEqual(report, {
      removedMetas: 0,
      removedBlobs: 0,
      removedBytes: 0,
      keptMetas: 0,
      keptBlobs: 0,
      keptBytes: 0,
      excessBytes: 0,
    });
  });

  it('keeps what was written within the grace period, named or not', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([unnamed]);
    const report = await store.maintenance.gc();
    assert.deepEqual(report, {
      removedMetas: 0,
      removedBlobs: 0,
      removedBytes: 0,
      keptMetas: 0,
      keptBlobs: 1,
      keptBytes: 7,
      excessBytes: 0,
    });
  });

  it('keeps what was found present within the grace period, though it was written long before', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([unnamed]);
    store.age(store.pathOf(unnamed), day);
    await store.blobs.findMissing([unnamed.ref]);
    assert.equal((await store.maintenance.gc()).keptBlobs, 1);
  });

  it('removes what nobody names, and keeps what a meta names, however old', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    await store.blobs.putMany([unnamed]);
    const report = await store.later(2 * hourMs).maintenance.gc();
    assert.deepEqual(report, {
      removedMetas: 0,
      removedBlobs: 1,
      removedBytes: 7,
      keptMetas: 1,
      keptBlobs: 1,
      keptBytes: 5,
      excessBytes: 0,
    });
    assert.ok((await store.cache.get('k')).hit);
    assert.deepEqual(await store.blobs.findMissing([unnamed.ref, named.ref]), [unnamed.ref]);
  });

  it('keeps what an index blob lists, and what a plain blob lists not', async (t) => {
    const store = openFixture(t);
    const [listed, onlyInText] = [blobFrom('listed'), blobFrom('only in the text')];
    const index = blobFrom(encodeIndex([{ refs: [listed.ref], about: { unit: 'm' } }]));
    const plain = blobFrom(encodeIndex([{ refs: [onlyInText.ref], about: {} }]));
    await store.blobs.putMany([listed, onlyInText, index, plain]);
    await store.cache.put({ key: 'k', blobs: { index: { ...index.ref, index: true }, plain: plain.ref } });
    await store.later(2 * hourMs).maintenance.gc();
    const all = [listed, index, plain, onlyInText].map(({ ref }) => ref);
    assert.deepEqual(await store.blobs.findMissing(all), [onlyInText.ref]);
  });

  it('follows no index blob that is damaged or missing: what names it is a miss anyway', async (t) => {
    const store = openFixture(t);
    const listed = blobFrom('listed');
    const [damaged, missing] = ['a', 'b'].map((unit) =>
      blobFrom(encodeIndex([{ refs: [listed.ref], about: { unit } }])),
    );
    await store.blobs.putMany([listed, damaged!]);
    const blobs = {
      damaged: { ...damaged!.ref, index: true },
      missing: { ...missing!.ref, index: true },
    } as const;
    await store.cache.put({ key: 'k', blobs });
    store.damage(damaged!);
    assert.equal((await store.later(2 * hourMs).maintenance.gc()).removedBlobs, 1);
  });

  it('removes a meta that nobody has used for too long, and then its blobs', async (t) => {
    const store = openFixture(t);
    await put(store, 'old', { data: named });
    await put(store, 'used', { data: unnamed });
    store.age(metaPath(store, 'old'), 31 * day);
    store.age(metaPath(store, 'used'), 31 * day);
    await store.cache.get('used');
    const report = await store.later(2 * hourMs).maintenance.gc();
    assert.equal(report.removedMetas, 1);
    assert.equal(report.removedBlobs, 1);
    assert.deepEqual(await store.cache.get('old'), { hit: false, reason: 'absent' });
    assert.ok((await store.cache.get('used')).hit);
  });

  it('keeps a meta within the grace period, whatever the greatest age', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    assert.equal((await store.maintenance.gc({ maxAgeMs: 0 })).removedMetas, 0);
    assert.ok((await store.cache.get('k')).hit);
  });

  it('removes corrupt metas when the grace period is over', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    fs.writeFileSync(metaPath(store, 'k'), '{"format":1');
    assert.equal((await store.maintenance.gc()).removedMetas, 0);
    const report = await store.later(2 * hourMs).maintenance.gc();
    assert.equal(report.removedMetas, 1);
    assert.equal(report.removedBlobs, 1);
    assert.deepEqual(store.list(), []);
  });

  it('leaves metas of an unknown format until nobody has used them for too long', async (t) => {
    const store = openFixture(t);
    await store.metas.put(keyHashOf('k'), Buffer.from('{"format":99}'));
    assert.equal((await store.later(2 * hourMs).maintenance.gc()).removedMetas, 0);
    assert.equal((await store.later(31 * day).maintenance.gc()).removedMetas, 1);
  });

  it('removes nothing when a meta cannot be read: its blobs would be lost', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    store.age(store.pathOf(named), day);
    const openSync: typeof fs.openSync = (path, flags, mode) => {
      if (path === metaPath(store, 'k')) throw systemError('EACCES');
      return fs.openSync(path, flags, mode);
    };
    await assert.rejects(store.with({ openSync }).maintenance.gc(), { code: 'EACCES' });
    assert.ok((await store.cache.get('k')).hit);
  });

  it('sweeps what killed writers have left, and leaves what living ones are writing', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    for (const folder of [store.pathOf(named), metaPath(store, 'k'), `${store.files.root}/x`]) {
      fs.writeFileSync(folder.replace(/[^/]*$/, '.tmp-left'), 'half');
    }
    await store.maintenance.gc();
    assert.equal(store.list().filter((path) => path.includes('.tmp-')).length, 3);
    await store.later(2 * hourMs).maintenance.gc();
    assert.equal(store.list().filter((path) => path.includes('.tmp-')).length, 0);
    assert.ok((await store.cache.get('k')).hit);
  });

  it('does not harm a writer whose temporary file it sweeps', async (t) => {
    const store = openFixture(t);
    let swept = false;
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (!swept) fs.unlinkSync(from);
      swept = true;
      fs.renameSync(from, to);
    };
    await store.with({ renameSync }).blobs.putMany([named]);
    assert.deepEqual(await store.blobs.findMissing([named.ref]), []);
  });

  it('keeps what was quarantined for a while, then removes it', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([named]);
    store.damage(named);
    store.age(store.pathOf(named), 100 * day);
    await store.blobs.quarantineMany([named.ref]);
    await store.maintenance.gc();
    assert.equal(store.quarantined().length, 1);
    await store.later(31 * day).maintenance.gc();
    assert.equal(store.quarantined().length, 0);
  });

  it('ends early when its signal ends', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', { data: named });
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    for (const call of ['gc', 'verify', 'stats'] as const) {
      await assert.rejects(store.maintenance[call]({ signal }), (error) => error === reason);
    }
  });

  it('passes over what no store has put there', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([named]);
    fs.writeFileSync(`${store.files.blobs.directory}/README`, 'mine');
    fs.mkdirSync(`${store.files.blobs.directory}/zz`);
    fs.writeFileSync(store.pathOf(named).replace(/[^/]*$/, 'notes.txt'), 'mine');
    await store.later(100 * day).maintenance.gc();
    assert.equal(store.list().length, 2);
  });
});

describe('the statistics of a store', () => {
  it('count metas, blobs, their bytes and what is in quarantine', async (t) => {
    const store = openFixture(t);
    assert.deepEqual(await store.maintenance.stats(), { metas: 0, blobs: 0, blobBytes: 0, quarantined: 0 });
    await put(store, 'k', { named, unnamed });
    await put(store, 'l', { named });
    const damaged = blobFrom('damaged');
    await store.blobs.putMany([damaged]);
    store.damage(damaged, 'other');
    await store.blobs.quarantineMany([damaged.ref]);
    assert.deepEqual(await store.maintenance.stats(), { metas: 2, blobs: 2, blobBytes: 12, quarantined: 1 });
  });
});

async function put(store: StoreFixture, key: Key, blobs: Readonly<Record<string, Blob>>): Promise<void> {
  await store.blobs.putMany(Object.values(blobs));
  const refs = new Map(Object.entries(blobs).map(([name, { ref }]) => [name, ref]));
  const meta = { key, blobs: refs, attributes: {}, writer: 'test', time: 0 };
  await store.metas.put(keyHashOf(key), encodeMeta(meta, checksumOf));
}

function metaPath(store: StoreFixture, key: Key): string {
  return store.files.metas.pathOf(keyHashOf(key));
}
