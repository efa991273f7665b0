import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  blobOf,
  encodeIndex,
  isOutage,
  keyHashOf,
  loadChecksum,
  StoredCache,
  type Blob,
  type NamedBlobRef,
} from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { blobFrom, filesIn, newDirectory } from './support/store-fixture.js';

const hourMs = 60 * 60 * 1000;
const blob = blobOf(Buffer.from('content'), await loadChecksum());
const isRoot = process.getuid?.() === 0;
const noModes = { skip: process.platform === 'win32' && 'Windows has no permission bits' };

describe('a directory that several people share', () => {
  let directory = '';
  let umask = 0;
  beforeEach(() => {
    directory = join(newDirectory(), 'team');
    umask = process.umask(0o077);
  });
  afterEach(() => {
    process.umask(umask);
    rmSync(join(directory, '..'), { recursive: true, force: true });
  });

  it('that is not there is an outage to write to and empty to read from; it is not made', async () => {
    const store = openFsStore({ directory, shared: true });
    await assert.rejects(store.blobs.putMany([blob]), isOutage);
    await assert.rejects(store.metas.put(keyHashOf('k'), Buffer.from('meta')), isOutage);
    assert.deepEqual(await store.blobs.getMany([blob.ref]), [{ found: false, reason: 'blob-missing' }]);
    assert.ok(!existsSync(directory));
  });

  it('hands its permissions down, whatever the umask', noModes, async () => {
    mkdirSync(directory);
    chmodSync(directory, 0o2770);
    const store = openFsStore({ directory, shared: true });
    await store.blobs.putMany([blob]);
    await store.metas.put(keyHashOf('k'), Buffer.from('meta'));
    expectModes(directory, 7);
  });

  it('is looked after with all of its scopes, and not with what a link makes of one', async () => {
    mkdirSync(directory);
    const dayMs = 24 * 60 * 60 * 1000;
    for (const scope of [undefined, 'main', 'pr-1']) {
      await openFsStore({ directory, shared: true, scope }).blobs.putMany([blob]);
    }
    const elsewhere = join(directory, '..', 'elsewhere');
    await openFsStore({ directory: elsewhere }).blobs.putMany([blob]);
    symlinkSync(elsewhere, join(directory, 'scopes', 'planted'));
    const [damaged] = filesIn(join(directory, 'scopes', 'main', 'v1', 'blobs'));
    writeFileSync(join(directory, 'scopes', 'main', 'v1', 'blobs', damaged!), 'damaged');
    const { maintenance } = openFsStore({ directory, clock: { now: () => Date.now() + dayMs } });
    assert.equal((await maintenance.stats()).blobs, 3);
    const verified = await maintenance.verify();
    assert.deepEqual([verified.blobs, verified.corruptBlobs, verified.repairs], [2, 1, []]);
    assert.equal((await maintenance.gc()).removedBlobs, 2);
    assert.equal((await openFsStore({ directory: elsewhere }).maintenance.stats()).blobs, 1);
  });

  it('is whole where a scope relies on what another holds, and not where nobody holds it', async () => {
    mkdirSync(directory);
    const [listed, unlisted, own] = [blobFrom('listed'), blobFrom('unlisted'), blobFrom('own')];
    const index = blobFrom(encodeIndex([{ refs: [listed.ref], about: {} }]));
    const indexRef = { ...index.ref, index: true } as const;
    // The scope that holds it comes after the one that relies on it.
    await putIn('main', [index, listed], { index: indexRef });
    await putIn('a-pull-request', [own], { own: own.ref, index: indexRef });
    await putIn('b-pull-request', [], { index: indexRef, unlisted: unlisted.ref });
    const { maintenance } = openFsStore({ directory });
    const verified = await maintenance.verify();
    assert.deepEqual([verified.metas, verified.missingBlobs, verified.incompleteMetas], [3, 1, 1]);
    const path = join(directory, 'scopes', 'main', 'v1', 'blobs', listed.ref.digest.replace(/^../, '$&/'));
    writeFileSync(path, 'damaged');
    const damaged = await maintenance.verify();
    assert.deepEqual([damaged.corruptBlobs, damaged.incompleteMetas], [1, 3]);
  });

  it('is there as soon as anything is in any scope of it', async () => {
    const store = openFsStore({ directory });
    assert.equal(store.isThere(), false);
    mkdirSync(join(directory, 'scopes', 'empty'), { recursive: true });
    assert.equal(store.isThere(), false);
    await putIn('main', [], {});
    assert.equal(store.isThere(), true);
  });

  it('keeps for each scope what it holds and needs, and nothing for another', async () => {
    mkdirSync(directory);
    const [shared, own] = [blobFrom('shared'), blobFrom('own')];
    await putIn('main', [shared, own], { shared: shared.ref });
    await putIn('pr-1', [own], { shared: shared.ref, own: own.ref });
    const { maintenance } = openFsStore({ directory, clock: { now: () => Date.now() + 2 * hourMs } });
    const collected = await maintenance.gc();
    assert.deepEqual([collected.removedBlobs, collected.keptBlobs, collected.keptMetas], [1, 2, 2]);
    assert.equal((await maintenance.verify()).incompleteMetas, 0);
  });

  async function putIn(
    scope: string,
    blobs: readonly Blob[],
    named: Readonly<Record<string, NamedBlobRef>>,
  ): Promise<void> {
    const store = openFsStore({ directory, shared: true, scope });
    await store.blobs.putMany(blobs);
    await new StoredCache({ ...store, writer: 'test' }).put({ key: scope, blobs: named });
  }

  it('keeps its permissions where somebody looks after it as a store of their own', noModes, async () => {
    mkdirSync(directory);
    chmodSync(directory, 0o2770);
    const shared = openFsStore({ directory, shared: true });
    await shared.blobs.putMany([blob]);
    const [path] = filesIn(join(directory, 'v1', 'blobs'));
    writeFileSync(join(directory, 'v1', 'blobs', path!), 'damaged');
    const own = openFsStore({ directory });
    assert.equal((await own.maintenance.verify()).corruptBlobs, 1);
    await own.blobs.putMany([blob]);
    await own.metas.put(keyHashOf('k'), Buffer.from('meta'));
    expectModes(directory, 8);
  });

  it(
    "has somebody else's file renewed by whoever may write to it",
    { skip: !isRoot && 'giving a file to somebody else needs root' },
    async () => {
      mkdirSync(directory);
      chmodSync(directory, 0o777);
      chmodSync(join(directory, '..'), 0o755);
      const store = openFsStore({ directory, shared: true });
      await store.blobs.putMany([blob]);
      const path = join(directory, 'v1', 'blobs', blob.ref.digest.slice(0, 2), blob.ref.digest.slice(2));
      chownSync(path, 12345, 12345);
      utimesSync(path, 1, 1);
      process.seteuid!(54321);
      try {
        assert.deepEqual(await store.blobs.findMissing([blob.ref]), []);
      } finally {
        process.seteuid!(0);
      }
      assert.ok(statSync(path).mtimeMs > 1000, 'its time was moved');
      assert.equal(statSync(path).uid, 12345);
    },
  );
});

function expectModes(directory: string, atLeast: number): void {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    assert.equal(mode & 0o7777, entry.isDirectory() ? 0o2770 : 0o660, entry.name);
  }
  assert.ok(entries.length >= atLeast);
}
