import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { BlobRef } from '@cleanmiss/core';
import {
  captureState,
  emptyIndex,
  prepareSnapshot,
  readSlotIndex,
  restoreState,
  SnapshotStore,
  writeSlotIndex,
  type SlotIndex,
  type UnitState,
} from '@cleanmiss/snapshot';
import { memoryCache, readState, simpleLayout, temporaryDirectory, writeState } from './support/fixtures.js';

async function stored(files: Readonly<Record<string, string>>) {
  const { cache, inner } = memoryCache();
  const directory = temporaryDirectory();
  writeState(directory, files);
  const index = await captureState(directory, simpleLayout, emptyIndex);
  const prepared = await prepareSnapshot(index, directory);
  await new SnapshotStore(cache).save(prepared, directory);
  return { cache, inner, directory, index, prepared };
}

async function load({ cache, prepared }: Awaited<ReturnType<typeof stored>>) {
  const loaded = await new SnapshotStore(cache).load(prepared.id);
  assert.ok(loaded.ok);
  return loaded.snapshot;
}

function refOf(index: SlotIndex, path: string): BlobRef {
  return index.units.flatMap((unit) => unit.files).find((file) => file.path === path)!.refs[0]!;
}

describe('a state', () => {
  it('without one of its blobs comes back without the whole unit, and says why', async () => {
    const source = await stored({ 'a.meta': 'a-meta', 'a.data': 'x'.repeat(100_000), 'b.meta': 'b-meta' });
    await source.inner.deleteMany([refOf(source.index, 'a.data').digest]);
    const target = temporaryDirectory();
    const restored = await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    assert.deepEqual(readState(target), { 'b.meta': 'b-meta' });
    assert.equal(restored.lost, 'blob-missing');
    assert.equal(restored.lostUnits, 1);
    assert.equal(restored.unusable, false);
  });

  it('is written in turns: an answer that comes in meanwhile is taken before the writing is over', async () => {
    const count = 400;
    const content = (i: number) => String(i).padEnd(70_000, ' ');
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${String(i)}.meta`, content(i)]),
    );
    const source = await stored(files);
    const target = temporaryDirectory();
    const writtenWhenAnswered: number[] = [];
    const restored = await restoreState(target, await load(source), emptyIndex, {
      getMany: async (refs) => {
        await new Promise((resolve) => setImmediate(resolve));
        writtenWhenAnswered.push(readdirSync(target).length);
        return source.cache.blobs.getMany(refs);
      },
    });
    assert.equal(restored.files, count);
    const [first, second] = writtenWhenAnswered;
    assert.equal(first, 0);
    assert.ok(
      second! > 0 && second! < 120,
      `the second answer came after ${String(second)} files of the first batch`,
    );
  });

  it('without a unit that the rest must not be used without comes back empty', async () => {
    const source = await stored({ 'needed.json': 'plugins', 'b.meta': 'b-meta' });
    await source.inner.deleteMany(source.prepared.packs.map(({ ref }) => ref.digest));
    const target = temporaryDirectory();
    const restored = await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    assert.equal(restored.unusable, true);
    assert.deepEqual(readState(target), {});
  });

  it('is never written through a link that somebody planted in the slot', async () => {
    const source = await stored({ 'deep/a.meta': 'a' });
    const target = temporaryDirectory();
    const outside = temporaryDirectory();
    symlinkSync(outside, join(target, 'deep'));
    writeFileSync(join(outside, 'a.meta'), 'untouched');
    await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    assert.deepEqual(readState(outside), { 'a.meta': 'untouched' });
    assert.ok(lstatSync(join(target, 'deep')).isDirectory());
  });

  it('comes back with contents, modes and times, to the millisecond', async () => {
    const files = {
      '3.11/a.meta': 'a-meta',
      '3.11/a.data': 'a-data',
      'empty.meta': '',
      'big.data': 'x'.repeat(3_000_000),
    };
    const source = await stored(files);
    const target = temporaryDirectory();
    const restored = await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    assert.deepEqual(readState(target), files);
    assert.equal(restored.files, 4);
    for (const path of Object.keys(files)) {
      const [before, after] = [source.directory, target].map((directory) => statSync(join(directory, path)));
      assert.equal(Math.floor(after!.mtimeMs), Math.floor(before!.mtimeMs), path);
      assert.equal(after!.mode, before!.mode, path);
    }
  });

  it('captured where it was restored is the same snapshot', async () => {
    const source = await stored({ 'a.meta': 'a', 'b.meta': 'b' });
    const target = temporaryDirectory();
    await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    const again = await captureState(target, simpleLayout, emptyIndex);
    assert.equal((await prepareSnapshot(again, target)).id, source.prepared.id);
  });

  it('keeps files that never travel to itself', async () => {
    const source = await stored({ 'a.meta': 'a', 'junk.tmp': 'junk' });
    assert.deepEqual(
      (await load(source)).units.map(({ name }) => name),
      ['a'],
    );
  });
});

describe('restoring', () => {
  it('touches only what differs, and removes what does not belong', async () => {
    const source = await stored({ 'a.meta': 'a', 'b.meta': 'b', 'c.meta': 'c' });
    const target = temporaryDirectory();
    const wanted = await load(source);
    const { index } = await restoreState(target, wanted, emptyIndex, source.cache.blobs);
    const inodeOfA = statSync(join(target, 'a.meta')).ino;
    writeState(target, { 'b.meta': 'B', 'stranger.meta': 'x' });
    rmSync(join(target, 'c.meta'));
    const again = await restoreState(target, wanted, index, source.cache.blobs);
    assert.equal(again.files, 2);
    assert.equal(statSync(join(target, 'a.meta')).ino, inodeOfA);
    assert.deepEqual(readState(target), { 'a.meta': 'a', 'b.meta': 'b', 'c.meta': 'c' });
  });

  it('does not trust a file with the right content of which nothing is known', async () => {
    const source = await stored({ 'a.meta': 'a' });
    const target = temporaryDirectory();
    writeState(target, { 'a.meta': 'a' });
    const restored = await restoreState(target, await load(source), emptyIndex, source.cache.blobs);
    assert.equal(restored.files, 1);
  });

  it('puts a mode right without writing the file', async () => {
    const source = await stored({ 'a.meta': 'a' });
    const target = temporaryDirectory();
    const wanted = await load(source);
    await restoreState(target, wanted, emptyIndex, source.cache.blobs);
    chmodSync(join(target, 'a.meta'), 0o600);
    const index = await captureState(target, simpleLayout, emptyIndex);
    assert.equal((await restoreState(target, wanted, index, source.cache.blobs)).files, 0);
    assert.equal(statSync(join(target, 'a.meta')).mode & 0o777, wanted.units[0]!.files[0]!.mode);
  });
});

describe('capturing', () => {
  it('reads only files that moved since it looked last', async () => {
    const { directory, index } = await stored({ 'a.meta': 'a', 'b.meta': 'b' });
    // Unreadable: whoever hashes it again has to fail, unless root does.
    const known = index.units.map((unit) => unit.files[0]!.refs);
    writeState(directory, { 'b.meta': 'changed' });
    const next = await captureState(directory, simpleLayout, index);
    assert.equal(next.units[0]!.files[0]!.refs, known[0], 'the very same object');
    assert.notEqual(next.units[1]!.files[0]!.refs[0]!.digest, known[1]![0]!.digest);
  });

  it('tells the layout what was written, be it with the same content, and what was there before', async () => {
    const { directory, index } = await stored({ 'a.meta': 'a', 'b.meta': 'b', 'd.meta': 'd' });
    writeState(directory, { 'b.meta': 'changed', 'c.meta': 'new' });
    writeState(directory, { 'd.meta': 'd' }, 1_800_000_000_000);
    let seen: readonly UnitState[] = [];
    const layout = {
      ...simpleLayout,
      unitsToDrop: (units: readonly UnitState[]) => ((seen = units), new Set<string>()),
    };
    await captureState(directory, layout, index);
    const facts = seen.map(({ name, touched, before }) => [name, touched, before !== undefined]);
    assert.deepEqual(facts, [
      ['a', false, true],
      ['b', true, true],
      ['c', true, false],
      ['d', true, true],
    ]);
  });

  it('removes a dropped unit from the folder as well', async () => {
    const directory = temporaryDirectory();
    writeState(directory, { 'a.meta': 'a', 'b.meta': 'b' });
    const layout = { ...simpleLayout, unitsToDrop: () => new Set(['a']) };
    const index = await captureState(directory, layout, emptyIndex);
    assert.deepEqual(readState(directory), { 'b.meta': 'b' });
    assert.deepEqual(
      index.units.map(({ name }) => name),
      ['b'],
    );
  });

  it('passes over links and devices', async () => {
    const directory = temporaryDirectory();
    writeState(directory, { 'a.meta': 'a' });
    symlinkSync('/etc/passwd', join(directory, 'b.meta'));
    const index = await captureState(directory, simpleLayout, emptyIndex);
    assert.deepEqual(
      index.units.map(({ name }) => name),
      ['a'],
    );
  });
});

describe('the index of a slot', () => {
  it('is empty where its file is damaged, so that nothing in the slot is trusted', async () => {
    const { index } = await stored({ 'a.meta': 'a' });
    const file = join(temporaryDirectory(), 'index');
    for (const damage of [
      '',
      '{',
      '{"refs":[]}\n',
      '[]\n',
      '{"refs":[],"unit":"a","facts":{},"files":[["../x",420,0,0,0]],"stamps":[[0,0,0,0]]}\n',
    ]) {
      writeFileSync(file, damage);
      assert.deepEqual(readSlotIndex(file), emptyIndex, damage);
    }
    writeSlotIndex(file, index);
    assert.deepEqual(readSlotIndex(file), index);
  });

  it('has the stamp of the last time where the same files were written down before', async () => {
    const { index } = await stored({ 'a.meta': 'a', 'b.meta': 'b' });
    const file = join(temporaryDirectory(), 'index');
    writeSlotIndex(file, index);
    const [touched] = [...index.stamps];
    const stamp = { ...touched![1], ino: touched![1].ino + 1 };
    const later = { ...index, stamps: new Map([...index.stamps, [touched![0], stamp]]) };
    writeSlotIndex(file, later);
    assert.deepEqual(readSlotIndex(file), later);
    writeSlotIndex(file, index);
    assert.deepEqual(readSlotIndex(file), index);
  });

  it('leaves no temporary file behind', async () => {
    const { index } = await stored({ 'a.meta': 'a' });
    const directory = join(temporaryDirectory(), 'slot');
    mkdirSync(directory);
    writeSlotIndex(join(directory, 'index'), index);
    assert.deepEqual(readdirSync(directory), ['index']);
  });
});
