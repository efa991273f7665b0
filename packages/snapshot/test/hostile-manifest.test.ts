import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { maxIndexBlobBytes, type Json } from '@cleanmiss/core';
import { emptyIndex, restoreState, SnapshotStore } from '@cleanmiss/snapshot';
import { decodePage } from '../src/pages.js';
import { readState, temporaryDirectory } from './support/fixtures.js';
import {
  blobFrom,
  content,
  loadPlanted,
  pageOf,
  plant,
  type ListedFile,
  type ListedUnit,
} from './support/hostile-snapshots.js';

const ref = { ...content.ref };

/** What a page may hold instead of a file, with all hashes right. */
const badFiles: Readonly<Record<string, ListedFile>> = {
  'a path that goes up': { path: '../x' },
  'a path that goes up in its middle': { path: 'a/../../x' },
  'an absolute path': { path: '/etc/x' },
  'a path with a drive': { path: 'C:\\x' },
  'a path with a NUL': { path: 'a\0b' },
  'a path with an escape of a terminal': { path: 'a\u009b2Jb' },
  'a path with half a character': { path: 'a\ud800' },
  'an empty path': { path: '' },
  'a path that is a number': { path: 7 },
  'a path of 2000 letters in folders': { path: Array.from({ length: 2000 }, () => 'a').join('/') },
  'a path of 65 folders': { path: Array.from({ length: 65 }, () => 'a').join('/') },
  'a name of 256 bytes': { path: 'é'.repeat(128) },
  'a set-user-id bit': { path: 'a', mode: 0o4755 },
  'a mode that is negative': { path: 'a', mode: -1 },
  'a mode that lets nobody read it': { path: 'a', mode: 0o200 },
  'a mode that is a text': { path: 'a', mode: '0644' },
  'a time that no file system has': { path: 'a', mtimeMs: 1e18 },
  'a time of the year 10,000': { path: 'a', mtimeMs: 253_402_300_800_000 },
  'a negative time': { path: 'a', mtimeMs: -1 },
  'a time of half a millisecond': { path: 'a', mtimeMs: 0.5 },
  'a size that is not its blobs': { path: 'a', size: 8 },
  'a size that is negative': { path: 'a', size: -7 },
  'a size that is no number': { path: 'a', size: '7' },
  'a size of no safe integer': { path: 'a', size: 2 ** 53 },
  'a blob that says 1 GB': { path: 'a', size: 10 ** 9, refs: [{ ...ref, size: 10 ** 9 }] },
  'a blob of 2^53 bytes': { path: 'a', size: 2 ** 53, refs: [{ ...ref, size: 2 ** 53 }] },
  'a blob without a size': { path: 'a', refs: [{ digest: ref.digest, checksum: ref.checksum }] },
  'a blob named by a path': { path: 'a', refs: [{ ...ref, digest: `../${ref.digest.slice(3)}` }] },
  'a blob longer than a capture cuts': {
    path: 'a',
    size: 1024 * 1024 + 1,
    refs: [{ ...ref, size: 1024 * 1024 + 1 }],
  },
  'a file of 2 GB in blobs of a megabyte': {
    path: 'a',
    size: 2048 * 1024 * 1024,
    refs: Array.from({ length: 2048 }, () => ({ ...ref, size: 1024 * 1024 })),
  },
};

const badUnits: Readonly<Record<string, ListedUnit>> = {
  'without a file': { files: [] },
  'with facts of ten thousand values': {
    files: [{ path: 'a' }],
    facts: { a: Array(10_000).fill({}) as Json },
  },
  'with facts that are no object': { files: [{ path: 'a' }], facts: [] },
};

/** Each unit by itself is as it should be; together they are no state. */
const badStates: Readonly<Record<string, readonly ListedUnit[]>> = {
  'a file twice in one unit': [{ files: [{ path: 'a' }, { path: 'a' }] }],
  'a file in two units': [
    { name: 'u', files: [{ path: 'a' }] },
    { name: 'v', files: [{ path: 'a' }] },
  ],
  'two units of one name': [
    { name: 'u', files: [{ path: 'a' }] },
    { name: 'u', files: [{ path: 'b' }] },
  ],
  'a file where another wants a folder': [
    { name: 'u', files: [{ path: 'a' }] },
    { name: 'v', files: [{ path: 'a/b/c' }] },
  ],
};

describe('a page of a manifest that somebody made up is no page', () => {
  for (const [name, file] of Object.entries(badFiles)) {
    it(`with ${name}`, async () => {
      const page = pageOf([{ files: [{ path: 'good' }] }, { name: 'v', files: [file] }]);
      assert.equal(decodePage(page.bytes), undefined);
      const loaded = await loadPlanted([page]);
      assert.ok(loaded.ok && loaded.snapshot.units.length === 0);
      assert.equal(loaded.snapshot.lost, 'blob-corrupt');
    });
  }

  for (const [name, unit] of Object.entries(badUnits)) {
    it(`with a unit ${name}`, () => {
      assert.equal(decodePage(pageOf([unit]).bytes), undefined);
    });
  }

  it('with 513 units, which no page has', () => {
    const units = Array.from({ length: 513 }, (_, i) => ({ name: `u${i}`, files: [{ path: `f${i}` }] }));
    assert.equal(decodePage(pageOf(units.slice(1)).bytes)?.units.length, 512);
    assert.equal(decodePage(pageOf(units).bytes), undefined);
  });

  it('and only for these reasons', () => {
    const good = { path: 'a/b', mode: 0o755, mtimeMs: 1_700_000_000_123 };
    assert.equal(decodePage(pageOf([{ files: [good] }]).bytes)?.units.length, 1);
  });
});

describe('a snapshot that is no state is a corrupt meta', () => {
  for (const [name, units] of Object.entries(badStates)) {
    it(`with ${name}`, async () => {
      assert.deepEqual(await loadPlanted([pageOf(units)]), { ok: false, reason: 'meta-corrupt' });
    });
  }

  it('with the same page a thousand times', async () => {
    const page = pageOf([{ files: [{ path: 'a' }] }]);
    const pages = Array.from({ length: 1000 }, () => page);
    assert.deepEqual(await loadPlanted(pages), { ok: false, reason: 'meta-corrupt' });
  });

  it('with pages that say that they are longer than any manifest, and none of them is read', async () => {
    const pages = ['a', 'b'].map((path) => pageOf([{ files: [{ path }] }]));
    const lying = pages.map((page) => ({ ...page, ref: { ...page.ref, size: maxIndexBlobBytes } }));
    assert.deepEqual(await loadPlanted(lying), { ok: false, reason: 'meta-corrupt' });
  });
});

describe('a unit with a name that every object has of itself', () => {
  it('is restored like any other', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const units = names.map((name) => ({ name, files: [{ path: `${name}/${name}` }] }));
    const { cache, id } = await plant([pageOf(units)]);
    const loaded = await new SnapshotStore(cache).load(id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
    assert.deepEqual(Object.keys(readState(target)), [
      '__proto__/__proto__',
      'constructor/constructor',
      'toString/toString',
    ]);
    assert.equal(Object.keys(Object.prototype).length, 0);
  });
});

describe('a blob that is not what the manifest says', () => {
  it('is a lost unit, whether it is longer, shorter or another one', async () => {
    const [long, good] = [blobFrom('x'.repeat(100_000)), blobFrom('good')];
    const lies = [
      { ...long.ref, size: 10 },
      { ...content.ref, size: 1024 * 1024 },
      { ...content.ref, checksum: long.ref.checksum },
    ];
    for (const lie of lies) {
      const page = pageOf([
        { name: 'u', files: [{ path: 'a', size: lie.size, refs: [lie] }] },
        { name: 'v', files: [{ path: 'good', size: 4, refs: [{ ...good.ref }] }] },
      ]);
      const { cache, id } = await plant([page], [content, long, good]);
      const loaded = await new SnapshotStore(cache).load(id);
      assert.ok(loaded.ok);
      const target = temporaryDirectory();
      const restored = await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
      assert.deepEqual([restored.lost, restored.lostUnits], ['blob-corrupt', 1]);
      assert.deepEqual(readState(target), { good: 'good' });
    }
  });
});

describe('two names that are one to the file system', () => {
  const unit = (name: string, path: string) => ({ name, files: [{ path }] });

  /** What `A` finds on a file system that folds case, once `a` has been written. */
  async function restoreMeeting(plantIn: (target: string) => void) {
    const { cache, id } = await plant([pageOf([unit('u', 'a.meta'), unit('v', 'pkg/A.meta')])]);
    const loaded = await new SnapshotStore(cache).load(id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    const restored = await restoreState(target, loaded.snapshot, emptyIndex, {
      getMany: (refs) => {
        plantIn(target);
        return cache.blobs.getMany(refs);
      },
    });
    return { target, restored };
  }

  it('leave an empty folder, and are a miss: which of them a checker would find nobody can tell', async () => {
    const meetings: readonly ((target: string) => void)[] = [
      (target) => writeFileSync(join(target, 'a.meta'), 'of another name'),
      (target) => writeFileSync(join(target, 'pkg'), 'a file where the other has a folder'),
    ];
    for (const meeting of meetings) {
      const { target, restored } = await restoreMeeting(meeting);
      assert.deepEqual([restored.unusable, restored.lost], [true, 'unavailable']);
      assert.deepEqual(restored.index, emptyIndex);
      assert.deepEqual(readState(target), {});
    }
  });

  it('are two where the file system tells them apart', async () => {
    const { cache, id } = await plant([pageOf([unit('u', 'pkg/foo.meta'), unit('v', 'pkg/Foo.meta')])]);
    const loaded = await new SnapshotStore(cache).load(id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    const { unusable } = await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
    const isApart = Object.keys(readState(target)).length === 2;
    assert.equal(unusable, !isApart);
    assert.ok(isApart || process.platform !== 'linux');
  });
});

describe('what an earlier state has left in the folder', () => {
  async function snapshotWith(path: string) {
    const { cache, id } = await plant([pageOf([{ files: [{ path }] }])]);
    const loaded = await new SnapshotStore(cache).load(id);
    assert.ok(loaded.ok);
    return { cache, wanted: loaded.snapshot };
  }

  it('is no hindrance where it is empty folders of the name that a file has now', async () => {
    const { cache, wanted } = await snapshotWith('a.meta');
    const target = temporaryDirectory();
    mkdirSync(join(target, 'a.meta', 'b', 'c'), { recursive: true });
    const restored = await restoreState(target, wanted, emptyIndex, cache.blobs);
    assert.equal(restored.unusable, false);
    assert.deepEqual(readState(target), { 'a.meta': 'content' });
  });

  it('is no way out: a link to a file, or in the place of a folder, is removed and not written through', async () => {
    const { cache, wanted } = await snapshotWith('deep/a.meta');
    const outside = temporaryDirectory();
    writeFileSync(join(outside, 'a.meta'), 'untouched');
    const plants: readonly ((target: string) => void)[] = [
      (target) => symlinkSync(outside, join(target, 'deep')),
      (target) => {
        mkdirSync(join(target, 'deep'));
        symlinkSync(join(outside, 'a.meta'), join(target, 'deep', 'a.meta'));
      },
      (target) => symlinkSync(join(outside, 'not there'), join(target, 'deep')),
    ];
    for (const planted of plants) {
      const target = temporaryDirectory();
      planted(target);
      await restoreState(target, wanted, emptyIndex, cache.blobs);
      assert.deepEqual(readState(target), { 'deep/a.meta': 'content' });
      assert.deepEqual(readState(outside), { 'a.meta': 'untouched' });
    }
  });
});
