import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'node:test';
import { keyHashOf } from '@cleanmiss/core';
import { makeFolders } from '../src/file-system.js';
import { blobFrom, hourMs, openFixture, systemError, type StoreFixture } from './support/store-fixture.js';

/*
 * Each race is made to happen: what the other process does runs inside of a call of ours to the file system, just before
 * or just after it. The other's calls are synchronous up to their first batch, so they are done when the hook returns.
 */

const blob = blobFrom('the content');
const day = 24 * hourMs;

describe('quarantining a damaged blob while another process repairs it', () => {
  it('loses no repair that came before the file was moved', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob);
    const ours = store.with(
      before(
        'renameSync',
        (from) => from === store.pathOf(blob),
        () => put(store),
      ),
    );
    await ours.blobs.quarantineMany([blob.ref]);
    await expectWhole(store);
    assert.deepEqual(store.quarantined(), []);
  });

  it('loses no repair that came after the file was moved', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob);
    const ours = store.with(
      after(
        'renameSync',
        (from) => from === store.pathOf(blob),
        () => put(store),
      ),
    );
    await ours.blobs.quarantineMany([blob.ref]);
    await expectWhole(store);
    assert.equal(store.quarantined().length, 1, 'the damaged one is kept');
  });

  it('loses no repair where one came before and one after', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob);
    const isMove = (from: unknown) => from === store.pathOf(blob);
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (isMove(from)) put(store);
      fs.renameSync(from, to);
      if (isMove(from)) put(store);
    };
    await store.with({ renameSync }).blobs.quarantineMany([blob.ref]);
    await expectWhole(store);
    assert.deepEqual(store.quarantined(), []);
  });

  it('loses no repair where the file system has no links', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob);
    const hooks = before(
      'renameSync',
      (from) => from === store.pathOf(blob),
      () => put(store),
    );
    await store.with({ ...hooks, linkSync: noLinks }).blobs.quarantineMany([blob.ref]);
    await expectWhole(store);
  });

  it('is made good by the next verification where it was killed in between', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob);
    const hooks = before(
      'renameSync',
      (from) => from === store.pathOf(blob),
      () => put(store),
    );
    const linkSync = () => {
      throw new Error('killed');
    };
    await assert.rejects(store.with({ ...hooks, linkSync }).blobs.quarantineMany([blob.ref]), {
      message: 'killed',
    });
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), [blob.ref]);
    assert.equal((await store.maintenance.verify()).corruptBlobs, 0);
    await expectWhole(store);
  });
});

describe('collecting a blob while a writer relies on it', () => {
  it('keeps it when the writer found it present just before it lost its name', async (t) => {
    const store = await withOldBlob(openFixture(t));
    let missing: readonly unknown[] | undefined;
    const collector = store.with(
      before(
        'renameSync',
        (from) => from === store.pathOf(blob),
        () => {
          void store.blobs.findMissing([blob.ref]).then((refs) => (missing = refs));
        },
      ),
    );
    const report = await collector.maintenance.gc();
    assert.deepEqual(missing, []);
    assert.equal(report.removedBlobs, 0);
    await expectWhole(store);
  });

  it('tells the writer that it is missing once it has lost its name', async (t) => {
    const store = await withOldBlob(openFixture(t));
    let missing: readonly unknown[] | undefined;
    const collector = store.with(
      after(
        'renameSync',
        (from) => from === store.pathOf(blob),
        () => {
          void store.blobs.findMissing([blob.ref]).then((refs) => (missing = refs));
        },
      ),
    );
    const report = await collector.maintenance.gc();
    assert.deepEqual(missing, [blob.ref]);
    assert.equal(report.removedBlobs, 1);
  });

  it('keeps what the writer puts again after it has lost its name', async (t) => {
    const store = await withOldBlob(openFixture(t));
    const collector = store.with(
      after(
        'renameSync',
        (from) => from === store.pathOf(blob),
        () => put(store),
      ),
    );
    await collector.maintenance.gc();
    await expectWhole(store);
  });

  it('tells the writer that it is missing when it goes between its look and its touch', async (t) => {
    const store = await withOldBlob(openFixture(t));
    const writer = store.with(
      before(
        'utimesSync',
        () => true,
        () => fs.renameSync(store.pathOf(blob), `${store.pathOf(blob)}.gone`),
      ),
    );
    assert.deepEqual(await writer.blobs.findMissing([blob.ref]), [blob.ref]);
  });

  it('tells the writer that it is missing when it goes between its touch and its second look', async (t) => {
    const store = await withOldBlob(openFixture(t));
    const writer = store.with(
      after(
        'utimesSync',
        () => true,
        () => fs.renameSync(store.pathOf(blob), `${store.pathOf(blob)}.gone`),
      ),
    );
    assert.deepEqual(await writer.blobs.findMissing([blob.ref]), [blob.ref]);
  });

  it('stores it again when it goes while the writer compares it with what it puts', async (t) => {
    const store = await withOldBlob(openFixture(t));
    const writer = store.with(
      before(
        'utimesSync',
        () => true,
        () => fs.unlinkSync(store.pathOf(blob)),
      ),
    );
    await writer.blobs.putMany([blob]);
    await expectWhole(store);
  });

  it('keeps a blob that a writer named after the metas were read', async (t) => {
    const store = await withOldBlob(openFixture(t));
    const collector = store.with(
      before(
        'readdirSync',
        (folder) => folder === store.files.blobs.directory,
        () => {
          void store.blobs.findMissing([blob.ref]);
          void store.metas.put(keyHashOf('k'), Buffer.from('a meta that names it'));
        },
      ),
    );
    assert.equal((await collector.maintenance.gc()).keptBlobs, 1);
    await expectWhole(store);
  });

  it('keeps what it took the name of and was killed over, when somebody had just relied on it', async (t) => {
    const store = await withOldBlob(openFixture(t));
    await dieAfterTakingTheName(store, () => void store.blobs.findMissing([blob.ref]));
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), [blob.ref]);
    await store.maintenance.gc();
    await expectWhole(store);
  });

  it('keeps that also where the next collection comes late, and finds it named', async (t) => {
    const store = await withOldBlob(openFixture(t));
    await dieAfterTakingTheName(store, () => void store.blobs.findMissing([blob.ref]));
    await store.cache.put({ key: 'k', blobs: { data: blob.ref } });
    await store.later(day).maintenance.gc();
    await expectWhole(store);
  });

  it('removes what it took the name of and was killed over', async (t) => {
    const store = await withOldBlob(openFixture(t));
    await dieAfterTakingTheName(store, () => {});
    await store.maintenance.gc();
    assert.deepEqual(store.list(), []);
  });
});

describe('collecting a meta', () => {
  it('has it absent for whoever has read it just before and renews it too late', async (t) => {
    const store = await withOldMeta(openFixture(t));
    const reader = store.with(
      before(
        'utimesSync',
        (path) => path === metaPath(store),
        () => fs.unlinkSync(metaPath(store)),
      ),
    );
    // Else an entry that names what was collected with it could be put once more.
    assert.deepEqual(await reader.cache.getMetas(['k']), [{ hit: false, reason: 'absent' }]);
  });

  it('keeps the one that was put just before it lost its name', async (t) => {
    const store = await withOldMeta(openFixture(t));
    const collector = store.with(
      before(
        'renameSync',
        (from) => from === metaPath(store),
        () => {
          fs.writeFileSync(metaPath(store), 'the new meta');
        },
      ),
    );
    assert.equal((await collector.maintenance.gc()).removedMetas, 0);
    assert.equal(fs.readFileSync(metaPath(store), 'utf8'), 'the new meta');
  });

  it('keeps the one that was put just after it lost its name', async (t) => {
    const store = await withOldMeta(openFixture(t));
    const collector = store.with(
      after(
        'renameSync',
        (from) => from === metaPath(store),
        () => {
          void store.metas.put(keyHashOf('k'), Buffer.from('the new meta'));
        },
      ),
    );
    assert.equal((await collector.maintenance.gc()).removedMetas, 1);
    assert.equal(fs.readFileSync(metaPath(store), 'utf8'), 'the new meta');
  });

  it('keeps the newer one where one was put before and one after', async (t) => {
    const store = await withOldMeta(openFixture(t));
    const renameSync: typeof fs.renameSync = (from, to) => {
      const isOurs = from === metaPath(store) && String(to).includes('.gc-');
      if (isOurs) void store.metas.put(keyHashOf('k'), Buffer.from('before'));
      fs.renameSync(from, to);
      if (isOurs) void store.metas.put(keyHashOf('k'), Buffer.from('after'));
    };
    await store.with({ renameSync }).maintenance.gc();
    assert.equal(fs.readFileSync(metaPath(store), 'utf8'), 'after');
  });

  it('keeps the blobs of a meta whose name another collection has taken for a moment', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: { data: blob.bytes } });
    store.age(store.pathOf(blob), day);
    fs.renameSync(
      metaPath(store),
      metaPath(store).replace(/[^/]*$/, (name) => `.gc-${name}.other`),
    );
    assert.equal((await store.maintenance.gc()).removedBlobs, 0);
    assert.ok((await store.cache.get('k')).hit, 'and the meta has its name back');
  });
});

describe('verifying while a writer replaces a corrupt meta', () => {
  it('keeps the good one', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: {} });
    const good = fs.readFileSync(metaPath(store));
    fs.writeFileSync(metaPath(store), 'damaged');
    const verifier = store.with(
      before(
        'renameSync',
        (from) => from === metaPath(store),
        () => {
          void store.metas.put(keyHashOf('k'), good);
        },
      ),
    );
    assert.equal((await verifier.maintenance.verify()).corruptMetas, 0);
    assert.ok((await store.cache.get('k')).hit);
    assert.deepEqual(store.quarantined(), []);
  });

  it('is made good by the next verification where it was killed in between', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: {} });
    const good = fs.readFileSync(metaPath(store));
    fs.writeFileSync(metaPath(store), 'damaged');
    const renameSync: typeof fs.renameSync = (from, to) => {
      fs.writeFileSync(metaPath(store), good);
      fs.renameSync(from, to);
      throw new Error('killed');
    };
    await assert.rejects(store.with({ renameSync }).maintenance.verify(), { message: 'killed' });
    await store.maintenance.verify();
    assert.ok((await store.cache.get('k')).hit);
    assert.deepEqual(store.quarantined(), []);
  });
});

describe('a verification that is killed after it took the good meta for the corrupt one', () => {
  it('is made good by the next', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: {} });
    const good = fs.readFileSync(metaPath(store));
    fs.writeFileSync(metaPath(store), 'damaged');
    const hooks = before(
      'renameSync',
      (from) => from === metaPath(store),
      () => {
        void store.metas.put(keyHashOf('k'), good);
      },
    );
    const linkSync = () => {
      throw new Error('killed');
    };
    await assert.rejects(store.with({ ...hooks, linkSync }).maintenance.verify(), { message: 'killed' });
    assert.deepEqual(await store.cache.get('k'), { hit: false, reason: 'absent' });
    assert.equal((await store.maintenance.verify()).metas, 1);
    assert.ok((await store.cache.get('k')).hit);
    assert.deepEqual(store.quarantined(), []);
  });
});

describe('making a folder while another process makes the one above it', () => {
  it('makes it in there', (t) => {
    const above = `${openFixture(t).directory}/above`;
    const folder = `${above}/folder`;
    const mkdirSync = hooked('mkdirSync', (call, args) => {
      try {
        return call(...args);
      } catch (error) {
        if (args[0] === folder && !fs.existsSync(above)) fs.mkdirSync(above);
        throw error;
      }
    });
    makeFolders({ ...fs, ...mkdirSync }, folder);
    assert.ok(fs.statSync(folder).isDirectory());
  });
});

type Hooked = 'mkdirSync' | 'renameSync' | 'utimesSync' | 'readdirSync';
type Call = (...args: readonly unknown[]) => unknown;

function before(name: Hooked, applies: (path: unknown) => boolean, act: () => void): Partial<typeof fs> {
  return hooked(name, (call, args) => {
    if (applies(args[0])) act();
    return call(...args);
  });
}

function after(name: Hooked, applies: (path: unknown) => boolean, act: () => void): Partial<typeof fs> {
  return hooked(name, (call, args) => {
    const result = call(...args);
    if (applies(args[0])) act();
    return result;
  });
}

/** The other process acts through another fixture, whose calls are not hooked. */
function hooked(name: Hooked, around: (call: Call, args: readonly unknown[]) => unknown): Partial<typeof fs> {
  return { [name]: (...args: readonly unknown[]) => around(fs[name] as Call, args) };
}

function put(store: StoreFixture): void {
  void store.blobs.putMany([blob]);
}

function noLinks(): never {
  throw systemError('EPERM', 'link');
}

async function withOldBlob(store: StoreFixture): Promise<StoreFixture> {
  await store.blobs.putMany([blob]);
  store.age(store.pathOf(blob), day);
  return store;
}

async function withOldMeta(store: StoreFixture): Promise<StoreFixture> {
  await store.cache.put({ key: 'k', blobs: {} });
  store.age(metaPath(store), 100 * day);
  return store;
}

async function dieAfterTakingTheName(store: StoreFixture, relied: () => void): Promise<void> {
  const renameSync: typeof fs.renameSync = (from, to) => {
    relied();
    fs.renameSync(from, to);
    throw new Error('killed');
  };
  await assert.rejects(store.with({ renameSync }).maintenance.gc(), { message: 'killed' });
}

function metaPath(store: StoreFixture): string {
  return store.files.metas.pathOf(keyHashOf('k'));
}

async function expectWhole(store: StoreFixture): Promise<void> {
  const [result] = await store.cache.blobs.getMany([blob.ref]);
  assert.ok(result?.found, 'the blob is there');
  assert.deepEqual(Buffer.from(result.bytes), Buffer.from(blob.bytes));
}
