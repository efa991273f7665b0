import assert from 'node:assert/strict';
import { keyHashOf, type KeyHash, type MetaStore } from '@cleanmiss/core';
import { expectAbortedOrDone } from './expect-blobs.js';
import { awkwardContents, noise, turn } from './samples.js';
import { suite, type Opened, type SuiteRunner } from './suite-runner.js';

export interface OpenedMetaStore extends Opened {
  /** Empty. */
  readonly store: MetaStore;
}

/** What every `MetaStore` promises: backends, and decorators that are transparent. */
export function metaStoreSuite(runner: SuiteRunner, open: () => Promise<OpenedMetaStore>): void {
  suite(runner, 'a meta store', open, { ...contentTests, ...changeTests, ...sharingTests, ...listTests });
}

type Tests = Readonly<Record<string, (opened: OpenedMetaStore) => Promise<void>>>;

const [one, two, three] = ['one', 'two', 'three'].map((name) => keyHashOf({ name })) as [
  KeyHash,
  KeyHash,
  KeyHash,
];
const absent = keyHashOf('nobody has stored this');

const contentTests: Tests = {
  'answers undefined for a key under which nobody has stored anything': async ({ store }) => {
    assert.deepEqual(await store.getMany([absent]), [undefined]);
  },

  'answers in the order of the keys, as often as each is asked for': async ({ store }) => {
    await store.put(one, text('1'));
    await store.put(two, text('2'));
    const found = await store.getMany([two, absent, one, two]);
    assert.deepEqual(found.map(asText), ['2', undefined, '1', '2']);
  },

  'answers nothing to no keys': async ({ store }) => {
    assert.deepEqual(await store.getMany([]), []);
  },

  ...Object.fromEntries(
    // No encoded meta is empty; what a store makes of empty bytes is its own business.
    Object.entries(awkwardContents)
      .filter(([, bytes]) => bytes.length > 0)
      .map(([name, bytes]) => [
        `gives back exactly what was put: ${name}`,
        async ({ store }: OpenedMetaStore) => {
          await store.put(one, bytes);
          await expectMeta(store, one, bytes);
        },
      ]),
  ),

  'keeps a meta as it was when the caller writes over what it handed in': async ({ store }) => {
    const bytes = text('before');
    await store.put(one, bytes);
    bytes.fill(0);
    await expectMeta(store, one, text('before'));
  },

  'keeps a meta as it was when the caller writes over what it was handed out': async ({ store }) => {
    await store.put(one, text('before'));
    const [first, second] = await store.getMany([one, one]);
    first!.fill(0);
    assert.equal(asText(second), 'before');
    await expectMeta(store, one, text('before'));
  },
};

const changeTests: Tests = {
  'passes over what is not there when it removes': async ({ store }) => {
    await store.put(one, text('1'));
    await store.delete(absent);
    assert.deepEqual((await store.getMany([absent, one])).map(asText), [undefined, '1']);
  },

  'leaves nothing of a longer meta under a shorter one': async ({ store }) => {
    await store.put(one, noise(100_000));
    await store.put(one, text('short'));
    await expectMeta(store, one, text('short'));
  },

  'shows the last meta that was put, under its own key only': async ({ store }) => {
    await store.put(one, text('first'));
    await store.put(two, text('other'));
    await store.put(one, text('last!'));
    assert.deepEqual((await store.getMany([one, two])).map(asText), ['last!', 'other']);
  },

  'removes a meta, and takes it again': async ({ store }) => {
    await store.put(one, text('1'));
    await store.put(two, text('2'));
    await store.delete(one);
    assert.deepEqual((await store.getMany([one, two])).map(asText), [undefined, '2']);
    await store.put(one, text('again'));
    await expectMeta(store, one, text('again'));
  },
};

const sharingTests: Tests = {
  'shows a reader the old meta or the new one while many are put under one key': async ({ store }) => {
    const candidates = Array.from({ length: 16 }, (_, i) => Buffer.alloc(20_000 + i, `${i} `));
    await store.put(one, candidates[0]!);
    const writes = candidates.map(async (bytes) => store.put(one, bytes));
    const reads = candidates.map(async () => {
      await turn();
      return store.getMany([one, one]);
    });
    await Promise.all(writes);
    for (const found of (await Promise.all(reads)).flat()) {
      assert.ok(
        candidates.some((bytes) => found !== undefined && Buffer.compare(bytes, found) === 0),
        'one of those that were put, whole',
      );
    }
  },

  'keeps every one of many keys that are put at once': async ({ store }) => {
    const keys = Array.from({ length: 300 }, (_, i) => keyHashOf(i));
    await Promise.all(keys.map((key, i) => store.put(key, text(`meta ${i}`))));
    const found = await store.getMany(keys);
    assert.deepEqual(
      found.map(asText),
      keys.map((_, i) => `meta ${i}`),
    );
  },

  'is whole after a call that was ended early': async ({ store }) => {
    await store.put(one, text('old'));
    await expectAbortedOrDone((signal) => store.put(one, text('new'), { signal }));
    await expectAbortedOrDone((signal) => store.getMany([one], { signal }));
    await expectAbortedOrDone((signal) => store.delete(absent, { signal }));
    await expectAbortedOrDone((signal) => keysIn(store, signal));
    const [found] = await store.getMany([one], { signal: new AbortController().signal });
    assert.ok(['old', 'new'].includes(asText(found)!));
  },
};

const listTests: Tests = {
  'lists nothing of an empty store': async ({ store }) => {
    assert.deepEqual(await keysIn(store), new Set());
  },

  'lists what is there, and not what was removed': async ({ store }) => {
    for (const key of [one, two, three]) await store.put(key, text('meta'));
    await store.put(two, text('replaced'));
    await store.delete(three);
    assert.deepEqual(await keysIn(store), new Set([one, two]));
  },

  'lists every key that stays, whatever comes and goes meanwhile': async ({ store }) => {
    const staying = Array.from({ length: 50 }, (_, i) => keyHashOf(['staying', i]));
    const going = Array.from({ length: 50 }, (_, i) => keyHashOf(['going', i]));
    for (const key of [...staying, ...going]) await store.put(key, text('meta'));
    const listed = new Set<KeyHash>();
    let next = 0;
    for await (const key of store.list()) {
      listed.add(key);
      const leaving = going[next];
      if (leaving) await store.delete(leaving);
      await store.put(keyHashOf(['coming', next]), text('meta'));
      await store.put(staying[next % staying.length]!, text('replaced'));
      next += 1;
      if (next > 500) break;
    }
    for (const key of staying) assert.ok(listed.has(key), `${key} is listed`);
  },
};

async function expectMeta(store: MetaStore, key: KeyHash, bytes: Uint8Array): Promise<void> {
  const [found] = await store.getMany([key]);
  assert.ok(found, 'the meta is there');
  assert.ok(Buffer.compare(found, bytes) === 0, 'the meta is exact');
}

async function keysIn(store: MetaStore, signal?: AbortSignal): Promise<Set<KeyHash>> {
  const keys = new Set<KeyHash>();
  for await (const key of store.list(signal ? { signal } : {})) keys.add(key);
  return keys;
}

function text(content: string): Uint8Array {
  return Buffer.from(content);
}

function asText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('utf8');
}
