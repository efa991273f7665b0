import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadChecksum, type BlobRef } from '@cleanmiss/core';
import {
  captureState,
  emptyIndex,
  knownPacksOf,
  prepareSnapshot,
  restoreState,
  SnapshotStore,
  wantedStateOf,
} from '@cleanmiss/snapshot';
import { PackedBlobs } from '../src/packed-blobs.js';
import { maxPackBytes } from '../src/packs.js';
import { decodePage } from '../src/pages.js';
import { memoryCache, readState, simpleLayout, temporaryDirectory, writeState } from './support/fixtures.js';
import { blobFrom, content, loadPlanted, plant } from './support/hostile-snapshots.js';

type Files = Readonly<Record<string, string>>;

function manyFiles(count: number, changes: Files = {}): Files {
  const files = Array.from({ length: count }, (_, i) => [`m${i}.meta`, `the meta of ${i}`] as const);
  return { ...Object.fromEntries(files), ...changes };
}

async function capturedFrom(files: Files) {
  const directory = temporaryDirectory();
  writeState(directory, files);
  return { directory, index: await captureState(directory, simpleLayout, emptyIndex) };
}

async function preparedFrom(files: Files) {
  const { directory, index } = await capturedFrom(files);
  return { directory, index, snapshot: await prepareSnapshot(index, directory) };
}

describe('the packs of a state', () => {
  it('are far fewer than its files, and hold each small one once', async () => {
    const { snapshot } = await preparedFrom({
      ...manyFiles(400),
      'large.data': 'x'.repeat(100_000),
      'empty.meta': '',
    });
    const paths = snapshot.packs.flatMap(({ files }) => files.map(({ path }) => path));
    assert.equal(paths.length, 400);
    assert.equal(new Set(paths).size, 400);
    assert.ok(snapshot.packs.length < 200, `${snapshot.packs.length} packs`);
  });

  it('are those of another state where that has the same files, whatever it has besides', async () => {
    const one = await preparedFrom(manyFiles(400));
    const other = await preparedFrom(manyFiles(400, { 'm7.meta': 'changed', 'another.meta': 'new' }));
    const known = new Set(one.snapshot.packs.map(({ ref }) => ref.digest));
    const fresh = other.snapshot.packs.filter(({ ref }) => !known.has(ref.digest));
    assert.ok(fresh.length === 1 || fresh.length === 2, `${fresh.length} packs are new`);
    assert.ok(fresh.some(({ files }) => files.some(({ path }) => path === 'm7.meta')));
  });

  it('have a bounded length, also where one unit has many files', async () => {
    const files = Array.from({ length: 40 }, (_, i) => [`unit.${i}`, 'x'.repeat(60_000)] as const);
    const { snapshot } = await preparedFrom(Object.fromEntries(files));
    assert.equal(snapshot.packs.flatMap((pack) => pack.files).length, 40);
    assert.ok(snapshot.packs.length > 1);
    for (const { ref } of snapshot.packs) assert.ok(ref.size <= maxPackBytes);
  });

  it('are not read again where they are known', async () => {
    const { directory, index, snapshot } = await preparedFrom(manyFiles(100));
    const packs = knownPacksOf(snapshot.packs);
    rmSync(directory, { recursive: true });
    assert.equal((await prepareSnapshot({ ...index, packs }, directory)).id, snapshot.id);
  });

  it('are not made of files that have changed since they were hashed', async () => {
    const { directory, index } = await capturedFrom({ 'a.meta': 'before' });
    writeState(directory, { 'a.meta': 'AFTER!' });
    await assert.rejects(prepareSnapshot(index, directory), { code: 'ERR_INVALID_STATE' });
  });

  it('are known to the slot that was restored from them, and serve it again', async () => {
    const { cache } = memoryCache();
    const { directory, snapshot } = await preparedFrom(manyFiles(100));
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    const loaded = await snapshots.load(snapshot.id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    const { index } = await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
    rmSync(join(target, 'm7.meta'));
    const again = await restoreState(target, await wantedStateOf(index), index, cache.blobs);
    assert.deepEqual([again.files, again.lost], [1, undefined]);
    assert.deepEqual(readState(target), readState(directory));
  });
});

describe('a pack that cannot be had', () => {
  it('loses the units of its files, and no others', async () => {
    const { cache, inner } = memoryCache();
    const { directory, snapshot } = await preparedFrom(manyFiles(100));
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    const lost = snapshot.packs[3]!;
    await inner.deleteMany([lost.ref.digest]);
    const loaded = await snapshots.load(snapshot.id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    const restored = await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
    assert.deepEqual([restored.lost, restored.lostUnits], ['blob-missing', lost.files.length]);
    const gone = new Set<string>(lost.files.map(({ path }) => path));
    const others = Object.entries(readState(directory)).filter(([path]) => !gone.has(path));
    assert.deepEqual(readState(target), Object.fromEntries(others));
  });
});

describe('files one after the other', () => {
  it('are read with one question for each pack, though they are asked for in parts', async () => {
    const { cache } = memoryCache();
    const { directory, snapshot } = await preparedFrom(manyFiles(100));
    await new SnapshotStore(cache).save(snapshot, directory);
    const asked: BlobRef[] = [];
    const counting = {
      getMany: (refs: readonly BlobRef[]) => {
        asked.push(...refs);
        return cache.blobs.getMany(refs);
      },
    };
    const packed = new PackedBlobs(counting, snapshot.packs, await loadChecksum());
    const files = snapshot.packs.flatMap((pack) => pack.files);
    for (let at = 0; at < files.length; at += 3) {
      const part = files.slice(at, at + 3);
      const results = await packed.getMany(part.flatMap(({ refs }) => refs));
      const texts = results.map((result) => result.found && Buffer.from(result.bytes).toString());
      assert.deepEqual(
        texts,
        part.map(({ path }) => `the meta of ${/\d+/.exec(path)![0]}`),
      );
    }
    assert.equal(asked.length, snapshot.packs.length);
  });
});

describe('a page that lies about its packs', () => {
  const { digest, checksum, size } = content.ref;
  const line = (value: unknown) => JSON.stringify(value);
  const unit = (name: string) =>
    line({ unit: name, facts: {}, files: [[name, 0o644, null, size, digest, checksum]], refs: [] });
  const packs = (counts: readonly unknown[], refs: readonly unknown[]) => line({ packs: counts, refs });
  const pageOf = (...lines: readonly string[]) => blobFrom(lines.map((each) => `${each}\n`).join(''));
  const twice = { ...blobFrom('contentcontent').ref };

  it('is a page where it does not', () => {
    for (const lines of [
      [unit('a'), packs([1], [content.ref])],
      [unit('a'), unit('b'), packs([2], [twice])],
    ])
      assert.ok(decodePage(pageOf(...lines).bytes), lines.join(' '));
  });

  const lies: Readonly<Record<string, readonly string[]>> = {
    'has none': [unit('a')],
    'has one too many': [unit('a'), packs([1, 1], [content.ref, content.ref])],
    'has one without files': [unit('a'), packs([1, 0], [content.ref, content.ref])],
    'leaves a file out': [unit('a'), unit('b'), packs([1], [content.ref])],
    'counts half files': [unit('a'), packs([0.5, 0.5], [content.ref, content.ref])],
    'counts in words': [unit('a'), packs(['1'], [content.ref])],
    'has a shorter one': [unit('a'), unit('b'), packs([2], [content.ref])],
    'has a longer one': [unit('a'), packs([1], [twice])],
    'lists them twice': [unit('a'), packs([1], [content.ref]), packs([1], [content.ref])],
    'lists them first': [packs([1], [content.ref]), unit('a')],
    'says nothing of what is in them': [
      line({ unit: 'a', facts: {}, files: [['a', 0o644, null, size, 1]], refs: [content.ref] }),
    ],
  };
  for (const [how, lines] of Object.entries(lies)) {
    it(`is none where it ${how}`, async () => {
      const page = pageOf(...lines);
      assert.equal(decodePage(page.bytes), undefined);
      const loaded = await loadPlanted([page]);
      assert.ok(loaded.ok && loaded.snapshot.units.length === 0);
    });
  }

  it('loses the file whose content is not what was said', async () => {
    const other = blobFrom('Content');
    const page = pageOf(unit('a'), packs([1], [other.ref]));
    const { cache, id } = await plant([page], [other]);
    const loaded = await new SnapshotStore(cache).load(id);
    assert.ok(loaded.ok);
    const target = temporaryDirectory();
    const restored = await restoreState(target, loaded.snapshot, emptyIndex, cache.blobs);
    assert.deepEqual([restored.lost, restored.lostUnits], ['blob-corrupt', 1]);
    assert.deepEqual(readState(target), {});
  });
});
