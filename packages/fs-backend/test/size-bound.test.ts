import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import { encodeIndex, encodeMeta, keyHashOf, loadChecksum, type Blob, type Key } from '@cleanmiss/core';
import { blobFrom, hourMs, openFixture, type StoreFixture } from './support/store-fixture.js';

/** Of 10 bytes. */
const [a, b, c, d] = [
  blobFrom('aaaaaaaaaa'),
  blobFrom('bbbbbbbbbb'),
  blobFrom('cccccccccc'),
  blobFrom('dddddddddd'),
];
const checksumOf = await loadChecksum();

describe('collecting down to a size', () => {
  it('removes nothing that was used within the grace period, and says how much too much it keeps', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', [a, b], 0);
    const report = await store.maintenance.gc({ maxBytes: 5 });
    assert.deepEqual([report.keptMetas, report.keptBytes, report.excessBytes], [1, 20, 15]);
    assert.ok((await store.cache.get('k')).hit);
  });

  it('takes no name, not for a moment, from what was used within the grace period', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', [a, b], 2);
    await store.cache.get('k');
    const renameSync = () => assert.fail('something lost its name');
    assert.equal((await store.with({ renameSync }).maintenance.gc({ maxBytes: 0 })).keptMetas, 1);
  });

  it('keeps the metas that were used last, as far as their content has room', async (t) => {
    const store = openFixture(t);
    await put(store, 'oldest', [a], 5);
    await put(store, 'middle', [b], 4);
    await put(store, 'latest', [c], 3);
    assert.equal((await store.maintenance.gc({ maxBytes: 30 })).removedMetas, 0);
    const report = await store.maintenance.gc({ maxBytes: 29 });
    assert.deepEqual([report.removedMetas, report.removedBlobs, report.removedBytes], [1, 1, 10]);
    assert.deepEqual(
      [report.keptMetas, report.keptBlobs, report.keptBytes, report.excessBytes],
      [2, 2, 20, 0],
    );
    assert.deepEqual(await hits(store, 'latest', 'middle', 'oldest'), [true, true, false]);
  });

  it('takes a reading for a use', async (t) => {
    const store = openFixture(t);
    await put(store, 'read', [a], 5);
    await put(store, 'unread', [b], 4);
    await store.cache.get('read');
    await store.maintenance.gc({ maxBytes: 10 });
    assert.deepEqual(await hits(store, 'read', 'unread'), [true, false]);
  });

  it('counts content that several name once', async (t) => {
    const store = openFixture(t);
    await put(store, 'one', [a, b], 3);
    await put(store, 'other', [a, b, c], 4);
    assert.equal((await store.maintenance.gc({ maxBytes: 30 })).removedMetas, 0);
  });

  it('ends with the first that has no room: nothing that was used before it outlives it', async (t) => {
    const store = openFixture(t);
    await put(store, 'latest', [a], 3);
    await put(store, 'large', [b, c], 4);
    await put(store, 'small', [d], 5);
    await store.maintenance.gc({ maxBytes: 20 });
    assert.deepEqual(await hits(store, 'latest', 'large', 'small'), [true, false, false]);
  });

  it('keeps who needs nothing but what is kept anyway: its end would free nothing', async (t) => {
    const store = openFixture(t);
    await put(store, 'latest', [a], 3);
    await put(store, 'large', [b, c], 4);
    await put(store, 'same', [a], 5);
    await put(store, 'nothing', [], 6);
    await store.maintenance.gc({ maxBytes: 20 });
    assert.deepEqual(await hits(store, 'latest', 'large', 'same', 'nothing'), [true, false, true, true]);
  });

  it('counts what nobody names, too, as long as it is too young to go', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', [a], 3);
    await store.blobs.putMany([b]);
    assert.equal((await store.maintenance.gc({ maxBytes: 20 })).removedMetas, 0);
    const report = await store.maintenance.gc({ maxBytes: 19 });
    assert.deepEqual([report.removedMetas, report.keptBytes, report.excessBytes], [1, 10, 0]);
  });

  it('counts what an index lists, and keeps or removes it with the index', async (t) => {
    const store = openFixture(t);
    const [one, other] = [indexOf(a, b), indexOf(b, c)];
    await store.blobs.putMany([a, b, c]);
    await put(store, 'one', [one], 3, true);
    await put(store, 'other', [other], 4, true);
    for (const blob of [a, b, c]) store.age(store.pathOf(blob), 5 * hourMs);
    const all = one.ref.size + other.ref.size + 30;
    assert.equal((await store.maintenance.gc({ maxBytes: all })).removedMetas, 0);
    assert.equal((await store.maintenance.gc({ maxBytes: all - 1 })).removedMetas, 1);
    assert.deepEqual(presentOf(store, [a, b, c, one, other]), [true, true, false, true, false]);
  });

  it('removes what was used longest ago although an index of it is young, and loses nothing that stays', async (t) => {
    const store = openFixture(t);
    const index = indexOf(a);
    await store.blobs.putMany([a]);
    await put(store, 'listed', [index], 6, true);
    await put(store, 'large', [b, c], 5);
    await put(store, 'latest', [d], 4);
    store.age(store.pathOf(a), 7 * hourMs);
    await store.blobs.findMissing([index.ref]);
    const report = await store.maintenance.gc({ maxBytes: 10 + index.ref.size });
    assert.deepEqual(await hits(store, 'latest', 'large', 'listed'), [true, false, false]);
    assert.deepEqual([report.keptBlobs, report.excessBytes], [2, 0]);
    assert.deepEqual(presentOf(store, [index, a]), [true, false]);
  });

  it('reads each index once, and none of those for which there is no room', async (t) => {
    const store = openFixture(t);
    const [shared, refused] = [indexOf(a), indexOf(b)];
    await store.blobs.putMany([a, b]);
    await put(store, '1', [shared, shared], 3, true);
    await put(store, '2', [shared, c], 4, true);
    await put(store, '3', [d], 5);
    await put(store, '4', [refused], 6, true);
    for (const blob of [a, b]) store.age(store.pathOf(blob), 7 * hourMs);
    const opened: unknown[] = [];
    const openSync: typeof fs.openSync = (path, flags, mode) => {
      opened.push(path);
      return fs.openSync(path, flags, mode);
    };
    await store.with({ openSync }).maintenance.gc({ maxBytes: shared.ref.size + 20 });
    const times = (blob: Blob) => opened.filter((path) => path === store.pathOf(blob)).length;
    assert.deepEqual([times(shared), times(refused)], [1, 0]);
  });

  it('keeps one that has no room and is used while it loses its name, with what it needs', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', [a], 3);
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (from === metaPath(store, 'k')) void store.metas.getMany([keyHashOf('k')]);
      fs.renameSync(from, to);
    };
    const report = await store.with({ renameSync }).maintenance.gc({ maxBytes: 0 });
    assert.deepEqual([report.removedMetas, report.keptBytes, report.excessBytes], [0, 10, 10]);
    assert.ok((await store.cache.get('k')).hit);
  });

  for (const [moment, look] of ['before its metas are looked at', 'after its metas have gone'].entries()) {
    it(`loses no blob of a meta that is put anew ${look}`, async (t) => {
      const store = openFixture(t);
      await put(store, 'k', [a, b], 3);
      let looks = 0;
      const readdirSync = ((folder: string) => {
        // The writer finds one of them there, and writes the other.
        if (folder === store.files.blobs.directory && looks++ === moment) void republish(store, 'k', [b, c]);
        return fs.readdirSync(folder);
      }) as typeof fs.readdirSync;
      await store.with({ readdirSync }).maintenance.gc({ maxBytes: 0 });
      assert.equal(looks, 2);
      assert.ok((await store.cache.get('k')).hit);
      assert.deepEqual(presentOf(store, [a, b, c]), [false, true, true]);
    });
  }
});

describe('a dry run', () => {
  it('answers what a real one would, and touches nothing', async (t) => {
    const store = openFixture(t);
    await put(store, 'too old', [a], 31 * 24);
    await put(store, 'refused', [b], 5);
    await put(store, 'kept', [c], 4);
    await put(store, 'damaged', [d], 5);
    fs.truncateSync(metaPath(store, 'damaged'), 3);
    store.age(metaPath(store, 'damaged'), 5 * hourMs);
    for (const name of ['.tmp-left', `.gc-${'0'.repeat(62)}.left`]) {
      const path = store.pathOf(a).replace(/[^/]*$/, name);
      fs.writeFileSync(path, 'left');
      store.age(path, 5 * hourMs);
    }
    fs.mkdirSync(store.files.quarantine);
    fs.writeFileSync(`${store.files.quarantine}/damaged`, 'damaged');
    fs.rmSync(store.pathOf(b));
    fs.mkdirSync(store.pathOf(b));
    fs.writeFileSync(`${store.pathOf(b)}/stranger`, '');
    const before = pictureOf(store);
    const options = { maxBytes: 10, maxAgeMs: 30 * 24 * hourMs };
    const dry = await store.maintenance.gc({ ...options, dryRun: true });
    assert.deepEqual(pictureOf(store), before);
    assert.deepEqual([dry.removedMetas, dry.removedBlobs, dry.keptBytes], [3, 2, 10]);
    assert.deepEqual(await store.maintenance.gc(options), dry);
    assert.notDeepEqual(pictureOf(store), before);
  });

  it('leaves what was quarantined long ago', async (t) => {
    const store = openFixture(t);
    await put(store, 'k', [a], 0);
    store.damage(a);
    await store.blobs.quarantineMany([a.ref]);
    await store.later(31 * 24 * hourMs).maintenance.gc({ dryRun: true });
    assert.equal(store.quarantined().length, 1);
  });
});

/** As it was left so many hours ago. */
async function put(
  store: StoreFixture,
  key: Key,
  blobs: readonly Blob[],
  hours: number,
  index?: true,
): Promise<void> {
  await republish(store, key, blobs, index);
  for (const path of [metaPath(store, key), ...blobs.map((blob) => store.pathOf(blob))]) {
    store.age(path, hours * hourMs);
  }
}

/** Done when it returns, so that a hook can do it: the first batch of each call is synchronous. */
function republish(store: StoreFixture, key: Key, blobs: readonly Blob[], index?: true): Promise<unknown> {
  const named = new Map(blobs.map(({ ref }, i) => [String(i), index ? { ...ref, index } : ref]));
  const meta = { key, blobs: named, attributes: {}, writer: 'test', time: 0 };
  const stored = store.blobs.putMany(blobs);
  return Promise.all([stored, store.metas.put(keyHashOf(key), encodeMeta(meta, checksumOf))]);
}

function indexOf(...listed: readonly Blob[]): Blob {
  return blobFrom(encodeIndex(listed.map(({ ref }) => ({ refs: [ref], about: {} }))));
}

/** Which keys there are; nothing is renewed by it. */
async function hits(store: StoreFixture, ...keys: readonly Key[]): Promise<readonly boolean[]> {
  return await Promise.all(
    keys.map(async (key) => fs.existsSync(metaPath(store, key)) && (await store.cache.get(key)).hit),
  );
}

function presentOf(store: StoreFixture, blobs: readonly Blob[]): readonly boolean[] {
  return blobs.map((blob) => fs.existsSync(store.pathOf(blob)));
}

function metaPath(store: StoreFixture, key: Key): string {
  return store.files.metas.pathOf(keyHashOf(key));
}

/** Every file with its times. */
function pictureOf(store: StoreFixture): readonly string[] {
  return store.list().map((path) => {
    const { size, mtimeMs, ctimeMs } = fs.lstatSync(`${store.files.root}/${path}`);
    return `${path} ${size} ${mtimeMs} ${ctimeMs}`;
  });
}
