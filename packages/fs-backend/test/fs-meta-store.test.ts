import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import { isOutage, keyHashOf } from '@cleanmiss/core';
import { FsMetaStore } from '@cleanmiss/fs-backend';
import { openFixture, systemError, type StoreFixture } from './support/store-fixture.js';

const entry = { key: 'k', blobs: { data: Buffer.from('the content') } };
const other = { key: 'other', blobs: {} };

describe('what stands under a key and is no meta', () => {
  it('is a miss, and makes way for the next put: a link, a folder, an empty file, a huge one', async (t) => {
    const store = openFixture(t);
    await store.cache.putMany([entry, other]);
    const path = pathOf(store, entry.key);
    for (const plant of [
      () => fs.symlinkSync(pathOf(store, other.key), path),
      () => fs.mkdirSync(`${path}/deep`, { recursive: true }),
      () => fs.writeFileSync(path, ''),
      () => {
        fs.writeFileSync(path, '');
        fs.truncateSync(path, 2 ** 40);
      },
    ]) {
      fs.rmSync(path, { recursive: true });
      plant();
      assert.deepEqual(await store.cache.get(entry.key), { hit: false, reason: 'meta-corrupt' });
      assert.ok((await store.cache.get(other.key)).hit);
      await store.cache.put(entry);
      assert.ok((await store.cache.get(entry.key)).hit);
    }
  });
});

describe('a meta that cannot be read', () => {
  it('is a miss, and the others of the batch are there', async (t) => {
    const store = openFixture(t);
    await store.cache.putMany([entry, other]);
    const openSync: typeof fs.openSync = (path, flags, mode) => {
      if (path === pathOf(store, entry.key)) throw systemError('EACCES');
      return fs.openSync(path, flags, mode);
    };
    const [first, second] = await store.with({ openSync }).cache.getMany([entry.key, other.key]);
    assert.deepEqual(first, { hit: false, reason: 'meta-corrupt' });
    assert.ok(second?.hit);
  });
});

describe('putting a meta', () => {
  it('leaves the old one when the disk is full, and no temporary file', async (t) => {
    const store = openFixture(t);
    await store.cache.put(entry);
    const before = store.list();
    const writeSync = () => {
      throw systemError('ENOSPC', 'write');
    };
    const full = store.with({ writeSync });
    await assert.rejects(full.metas.put(keyHashOf(entry.key), Buffer.from('new')), isOutage);
    assert.deepEqual(store.list(), before);
    assert.ok((await store.cache.get(entry.key)).hit);
  });

  it('waits for the disk before the meta gets its name, unless told otherwise', async (t) => {
    const store = openFixture(t);
    const calls: string[] = [];
    const recording = store.with({
      fsyncSync: (fd) => {
        calls.push('sync');
        fs.fsyncSync(fd);
      },
      renameSync: (from, to) => {
        calls.push('rename');
        fs.renameSync(from, to);
      },
    });
    await new FsMetaStore(recording.files).put(keyHashOf('k'), Buffer.from('meta'));
    assert.deepEqual(calls, ['sync', 'rename']);
    await new FsMetaStore(recording.files, { syncMetas: false }).put(keyHashOf('k'), Buffer.from('meta'));
    assert.deepEqual(calls, ['sync', 'rename', 'rename']);
  });
});

describe('reading a meta', () => {
  it('renews its lifetime', async (t) => {
    const store = openFixture(t);
    await store.cache.put(entry);
    store.age(pathOf(store, entry.key), 1e9);
    await store.cache.getMetas([entry.key]);
    assert.ok(Date.now() - fs.statSync(pathOf(store, entry.key)).mtimeMs < 1e8);
  });
});

function pathOf(store: StoreFixture, key: string): string {
  return store.files.metas.pathOf(keyHashOf(key));
}
