import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import { KeyvFsStore, type KeyvFsStoreOptions } from '@cleanmiss/fs-backend';
import { filesIn, temporaryDirectory } from './support/store-fixture.js';

describe('a damaged value', () => {
  it('is undefined, whatever byte of the store was changed', async (t) => {
    const { store, directory } = open(t);
    const keyv = new Keyv({ store });
    const value = { deep: ['value', 1, null] };
    await keyv.set('key', value);
    for (const path of filesIn(directory).filter((name) => /blobs|metas/.test(name))) {
      const file = join(directory, path);
      const good = readFileSync(file);
      for (let position = 0; position < good.length; position += 7) {
        writeFileSync(file, good.with(position, good[position]! ^ 1));
        assert.equal(await keyv.get('key'), undefined, `byte ${position} of ${path}`);
        await keyv.set('key', value);
        assert.deepEqual(await keyv.get('key'), value);
      }
    }
  });

  it('is missing for has, for getMany and for the iterator as well', async (t) => {
    const { store, directory } = open(t);
    await store.setMany([
      { key: 'bad', value: 'bad value' },
      { key: 'good', value: 'good value' },
    ]);
    const isBad = (path: string) =>
      path.includes('blobs') && readFileSync(join(directory, path), 'utf8') === 'bad value';
    writeFileSync(join(directory, filesIn(directory).find(isBad)!), 'BAD value');
    assert.deepEqual(await store.getMany(['bad', 'good']), [undefined, 'good value']);
    assert.deepEqual(await store.hasMany(['bad', 'good']), [false, true]);
    assert.deepEqual(await entriesOf(store), [['good', 'good value']]);
  });
});

describe('a store out of order', () => {
  it('is a miss and an error to a reader, and an error to a writer', async (t) => {
    const file = join(temporaryDirectory(t), 'file');
    writeFileSync(file, 'not a folder');
    const keyv = new Keyv({ store: new KeyvFsStore({ directory: file }) });
    const errors: unknown[] = [];
    keyv.on('error', (error: unknown) => errors.push(error));
    assert.equal(await keyv.get('key'), undefined);
    assert.deepEqual(await keyv.getMany(['a', 'b']), [undefined, undefined]);
    assert.equal(await keyv.has('key'), false);
    assert.equal(errors.length, 3);
    assert.equal(await keyv.set('key', 'value'), false);
    assert.equal(errors.length, 4);
  });

  it('is a miss also where nobody listens', async (t) => {
    const file = join(temporaryDirectory(t), 'file');
    writeFileSync(file, 'not a folder');
    assert.equal(await new KeyvFsStore({ directory: file }).get('key'), undefined);
  });
});

describe('a value with a time to live', () => {
  it('is gone when the time is over, for every way to ask', async (t) => {
    let now = 1_000_000;
    const { store } = open(t, { clock: { now: () => now } });
    await store.set('short', 'value', 1000);
    await store.set('long', 'value');
    now += 1000;
    assert.deepEqual(await store.getMany(['short', 'long']), ['value', 'value']);
    now += 1;
    assert.deepEqual(await store.getMany(['short', 'long']), [undefined, 'value']);
    assert.equal(await store.has('short'), false);
    assert.deepEqual(await entriesOf(store), [['long', 'value']]);
    await store.set('short', 'again');
    assert.equal(await store.get('short'), 'again');
  });
});

describe('a value', () => {
  it('that nothing can store is refused', async (t) => {
    const { store } = open(t);
    await assert.rejects(store.set('key', undefined), TypeError);
    await assert.rejects(
      store.set('key', () => {}),
      TypeError,
    );
  });

  it('comes back as what it was, with and without a serializer of Keyv', async (t) => {
    const { store } = open(t);
    const plain = new Keyv({ store });
    plain.serialize = undefined;
    const values = ['', 'text', '\ud83d', 'null', 7, true, null, { a: [1] }];
    for (const value of values) {
      await plain.set('key', value);
      assert.deepEqual(await plain.get('key'), value);
      await store.set('key', value);
      assert.deepEqual(await store.get('key'), value);
    }
    await store.set('key', Uint8Array.of(0, 255, 195, 40));
    assert.deepEqual(await store.get('key'), Buffer.from([0, 255, 195, 40]));
  });
});

describe('clearing', () => {
  it('keeps to its namespace, and takes all where there is none', async (t) => {
    const { directory } = open(t);
    const [one, ten] = ['1', '10'].map((namespace) => {
      return new Keyv({ store: new KeyvFsStore({ directory }), namespace });
    }) as [Keyv, Keyv];
    await one.set('key', 'of one');
    await ten.set('key', 'of ten');
    await one.clear();
    assert.equal(await one.get('key'), undefined);
    assert.equal(await ten.get('key'), 'of ten');
    await new KeyvFsStore({ directory }).clear();
    assert.equal(await ten.get('key'), undefined);
  });

  it('gives the disk back with the next collection', async (t) => {
    const { store, directory } = open(t);
    await store.setMany(Array.from({ length: 300 }, (_, i) => ({ key: `k${i}`, value: `value ${i}` })));
    await store.clear();
    const hours = 2 * 60 * 60 * 1000;
    const later = new KeyvFsStore({ directory, clock: { now: () => Date.now() + hours } });
    assert.equal((await later.maintenance.gc()).removedBlobs, 300);
    assert.deepEqual(await entriesOf(store), []);
  });
});

describe('to Keyv, the store', () => {
  it('is a storage adapter', (t) => {
    const adapter: KeyvStoreAdapter = open(t).store;
    assert.ok(adapter);
  });

  it('is shared by all who open the same folder', async (t) => {
    const { directory } = open(t);
    const [one, other] = [1, 2].map(() => new Keyv({ store: new KeyvFsStore({ directory }) })) as [
      Keyv,
      Keyv,
    ];
    await one.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: { deep: true } },
    ]);
    assert.deepEqual(await other.getMany(['b', 'absent', 'a']), [{ deep: true }, undefined, 1]);
    assert.equal(await other.delete(['a', 'b']), true);
    assert.deepEqual(await one.getMany(['a', 'b']), [undefined, undefined]);
    await one.disconnect();
    assert.equal(await other.has('a'), false);
  });
});

function open(t: TestContext, options: Partial<KeyvFsStoreOptions> = {}) {
  const directory = temporaryDirectory(t);
  return { directory, store: new KeyvFsStore({ directory, ...options }) };
}

async function entriesOf(store: KeyvFsStore): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  for await (const entry of store.iterator()) entries.push(entry);
  return entries;
}
