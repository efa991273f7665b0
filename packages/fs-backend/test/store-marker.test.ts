import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFsStore, storeFormat } from '@cleanmiss/fs-backend';
import { blobFrom, systemError, temporaryDirectory } from './support/store-fixture.js';

const blob = blobFrom('the content');

describe("a store's id", () => {
  it('is none before the first put, and opening a store does not make it', (t) => {
    const directory = join(temporaryDirectory(t), 'store');
    assert.equal(openFsStore({ directory }).id(), undefined);
    assert.equal(fs.existsSync(directory), false);
  });

  it('is none where the store is out of order', (t) => {
    const file = join(temporaryDirectory(t), 'file');
    fs.writeFileSync(file, 'not a folder');
    assert.equal(openFsStore({ directory: file }).id(), undefined);
  });

  it('is none where its file is damaged, and the next writer writes a new one', async (t) => {
    for (const damage of [
      '',
      '{',
      '{}',
      '[]',
      `{"format":${storeFormat}}`,
      '{"format":99,"id":"x"}',
      'x'.repeat(9999),
    ]) {
      const directory = temporaryDirectory(t);
      await openFsStore({ directory }).blobs.putMany([blob]);
      fs.writeFileSync(markerIn(directory), damage);
      const store = openFsStore({ directory });
      assert.equal(store.id(), undefined, damage);
      await store.blobs.putMany([blob, blobFrom('another')]);
      assert.notEqual(store.id(), undefined, damage);
    }
  });

  it('is another one after the place was emptied, also for whoever had it open', async (t) => {
    const directory = temporaryDirectory(t);
    const store = openFsStore({ directory });
    await store.blobs.putMany([blob]);
    const before = store.id();
    fs.rmSync(directory, { recursive: true });
    assert.equal(store.id(), undefined);
    await store.blobs.putMany([blob]);
    assert.notEqual(store.id(), undefined);
    assert.notEqual(store.id(), before);
  });

  it('stays what it is through puts, collections and other processes', async (t) => {
    const directory = temporaryDirectory(t);
    const store = openFsStore({ directory });
    await store.blobs.putMany([blob]);
    const before = store.id();
    await openFsStore({ directory }).blobs.putMany([blobFrom('another')]);
    await store.maintenance.gc({ graceMs: 0, maxAgeMs: 0 });
    await store.maintenance.verify();
    assert.equal(store.id(), before);
  });

  it('is the first one of two that are written at once', async (t) => {
    const directory = temporaryDirectory(t);
    const linkSync: typeof fs.linkSync = (from, to) => {
      void openFsStore({ directory, newId: () => 'first' }).blobs.putMany([blob]);
      fs.linkSync(from, to);
    };
    const second = openFsStore({ directory, newId: () => 'second', fs: { ...fs, linkSync } });
    await second.blobs.putMany([blob]);
    assert.equal(second.id(), 'first');
    assert.deepEqual(fs.readdirSync(join(directory, 'v1')).sort(), ['blobs', 'store.json']);
  });

  it('is written where a file system has no links', async (t) => {
    const directory = temporaryDirectory(t);
    const linkSync = () => {
      throw systemError('EPERM', 'link');
    };
    const store = openFsStore({ directory, fs: { ...fs, linkSync } });
    await store.blobs.putMany([blob]);
    assert.notEqual(store.id(), undefined);
  });
});

describe('a store of a later format', () => {
  it('beside ours is neither seen nor touched', async (t) => {
    const directory = temporaryDirectory(t);
    const later = join(directory, `v${storeFormat + 1}`, 'blobs');
    fs.mkdirSync(later, { recursive: true });
    fs.writeFileSync(join(later, 'something'), 'of a later version');
    const store = openFsStore({ directory });
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), [blob.ref]);
    await store.blobs.putMany([blob]);
    await store.maintenance.gc({ graceMs: 0, maxAgeMs: 0 });
    assert.equal(fs.readFileSync(join(later, 'something'), 'utf8'), 'of a later version');
  });
});

function markerIn(directory: string): string {
  return join(directory, `v${storeFormat}`, 'store.json');
}
