import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  encodeAhead,
  type Unit,
  captureState,
  emptyIndex,
  findCandidates,
  refEntries,
  prepareSnapshot,
  snapshotKey,
  SnapshotStore,
  type RefName,
} from '@cleanmiss/snapshot';
import { memoryCache, simpleLayout, temporaryDirectory, writeState } from './support/fixtures.js';

function manyUnits(count: number, changed = -1): Readonly<Record<string, string>> {
  const names = Array.from({ length: count }, (_, i) => [
    `pkg/m${i}.meta`,
    i === changed ? 'changed' : `meta ${i}`,
  ]);
  return Object.fromEntries(names) as Record<string, string>;
}

async function prepared(files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory();
  writeState(directory, files);
  const index = await captureState(directory, simpleLayout, emptyIndex);
  return { directory, index, units: index.units, snapshot: await prepareSnapshot(index, directory) };
}

describe('a snapshot', () => {
  it('that nobody stored is absent', async () => {
    const { cache } = memoryCache();
    assert.deepEqual(await new SnapshotStore(cache).load('00'), { ok: false, reason: 'absent' });
  });

  it('that was set aside is untrusted, until it is taken back', async () => {
    const { cache } = memoryCache();
    const { directory, snapshot } = await prepared({ 'a.meta': 'a' });
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    await snapshots.setAside(snapshot.id, 'mypy broke down on it', true);
    assert.deepEqual(await snapshots.load(snapshot.id), { ok: false, reason: 'untrusted' });
    await snapshots.takeBack(snapshot.id);
    assert.equal((await snapshots.load(snapshot.id)).ok, true);
  });

  it('whose meta names other pages than its id says is a corrupt meta', async () => {
    const { cache } = memoryCache();
    const { directory, snapshot } = await prepared({ 'a.meta': 'a' });
    const other = await prepared({ 'a.meta': 'other' });
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    await snapshots.save(other.snapshot, other.directory);
    const found = await cache.get(snapshotKey(other.snapshot.id));
    assert.ok(found.hit);
    await cache.put({
      key: snapshotKey(snapshot.id),
      blobs: Object.fromEntries(found.meta.blobs),
      attributes: {},
    });
    assert.deepEqual(await snapshots.load(snapshot.id), { ok: false, reason: 'meta-corrupt' });
  });

  it('lists the units of the pages that are left, and says what was lost', async () => {
    const { cache, inner } = memoryCache();
    const { directory, units, snapshot } = await prepared(manyUnits(300));
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    await inner.deleteMany([snapshot.pages[0]!.ref.digest]);
    const loaded = await snapshots.load(snapshot.id);
    assert.ok(loaded.ok);
    assert.equal(loaded.snapshot.lost, 'blob-missing');
    assert.ok(loaded.snapshot.units.length > 0 && loaded.snapshot.units.length < units.length);
  });

  it('is a miss where the lost page listed a unit that the rest must not be used without', async () => {
    const { cache, inner } = memoryCache();
    const { directory, snapshot } = await prepared({ ...manyUnits(300), 'needed.json': 'plugins' });
    const snapshots = new SnapshotStore(cache);
    await snapshots.save(snapshot, directory);
    const page = snapshot.pages.find(({ bytes }) => Buffer.from(bytes).includes('"needed"'))!;
    await inner.deleteMany([page.ref.digest]);
    assert.deepEqual(await snapshots.load(snapshot.id), { ok: false, reason: 'blob-missing' });
  });

  it('of a state in which one unit changed shares all pages but one with the one before', async () => {
    const before = await prepared(manyUnits(1000));
    const after = await prepared(manyUnits(1000, 500));
    const known = new Set(before.snapshot.pages.map(({ ref }) => ref.digest));
    assert.equal(after.snapshot.pages.filter(({ ref }) => !known.has(ref.digest)).length, 1);
    assert.ok(before.snapshot.pages.length > 10);
  });

  it('of units that were encoded ahead is the same, and what has changed since is in it', async () => {
    const { snapshot, directory } = await prepared({ 'a.meta': 'a', 'b.meta': 'b' });
    const prepare = (units: readonly Unit[]) => prepareSnapshot({ units, packs: new Map() }, directory);
    const clone = structuredClone(snapshot.units);
    encodeAhead(snapshot.units);
    const same = await prepare(snapshot.units.map((unit) => ({ ...unit })));
    assert.equal(same.id, (await prepare(clone)).id);
    const [first, ...others] = snapshot.units;
    const changes: readonly Unit[] = [
      { ...first!, facts: { changed: true } },
      { ...first!, required: !first!.required },
      { ...first!, files: [...first!.files, others[0]!.files[0]!] },
      { ...first!, files: [{ ...first!.files[0]!, mode: 0o755 }] },
    ];
    for (const changed of changes) {
      const fresh = await prepare(structuredClone([changed, ...others]));
      const { id } = await prepare([changed, ...others]);
      assert.equal(id, fresh.id);
      assert.notEqual(id, snapshot.id);
    }
  });

  it('stored again stores nothing', async () => {
    const { cache } = memoryCache();
    const { directory, snapshot } = await prepared(manyUnits(50));
    const snapshots = new SnapshotStore(cache);
    assert.equal((await snapshots.save(snapshot, directory)).files, 50);
    assert.deepEqual(await snapshots.save(snapshot, directory), { files: 0, bytes: 0 });
  });
});

describe('refs', () => {
  const names: readonly RefName[] = [
    { by: 'commit', commit: 'c1' },
    { by: 'branch', project: 'p', branch: 'main' },
    { by: 'context' },
  ];
  const shared = (some: readonly RefName[]) => some.map((name) => ({ name, shared: true }));

  it('of another context are not found', async () => {
    const { cache } = memoryCache();
    await cache.putMany(refEntries('one', shared(names), 's1'));
    assert.deepEqual(await findCandidates(cache, 'other', names), { candidates: [], trouble: undefined });
  });

  it('lead to each snapshot once, in the order asked for', async () => {
    const { cache } = memoryCache();
    await cache.putMany(refEntries('one', shared(names), 's1'));
    await cache.putMany(refEntries('one', shared([{ by: 'context' }]), 's2'));
    const found = await findCandidates(cache, 'one', [{ by: 'commit', commit: 'c0' }, ...names]);
    const snapshots = found.candidates.map(({ snapshot }) => snapshot);
    assert.deepEqual(snapshots, ['s1', 's2']);
  });
});
