import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  canonicalJson,
  encodeIndex,
  encodeMeta,
  isOutage,
  keyHashOf,
  loadChecksum,
  maxIndexBlobBytes,
  type JournalBatch,
  type JsonObject,
} from '@cleanmiss/core';
import { FsBreakerMemory, FsJournal, KeyvFsStore } from '@cleanmiss/fs-backend';
import { recordsOf } from './support/journal-records.js';
import {
  blobFrom,
  hourMs,
  openFixture,
  temporaryDirectory,
  type StoreFixture,
} from './support/store-fixture.js';

const checksumOf = await loadChecksum();
const blob = blobFrom('content');
const other = blobFrom('other content');
const key = 'the key';
const noPipes = { skip: process.platform === 'win32' && 'Windows has no pipes in folders' };

/** Somebody's own files, older than anything that a collection keeps, under names that a store gives as well. */
function canaryTree(t: TestContext): string {
  const tree = join(temporaryDirectory(t), 'somebody');
  mkdirSync(join(tree, 'thesis'), { recursive: true });
  const names = [
    ...['thesis/chapter', '.tmp-1', blob.ref.digest.slice(2), `${blob.ref.digest}.1`],
    ...['000000000000001-00000000-0000-0000-0000-000000000000-000000001.jsonl', 'reads.json', 'upload.lock'],
  ];
  for (const name of names) {
    writeFileSync(join(tree, name), name.startsWith('.') ? 'temporary' : 'content');
    utimesSync(join(tree, name), 1, 1);
  }
  return tree;
}

/** Names, bytes, times and where links lead. */
function lookOf(tree: string): readonly (readonly [string, number, string])[] {
  const paths = readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
  return paths.map((path) => {
    const stats = lstatSync(join(tree, path));
    const held = stats.isFile() ? readFileSync(join(tree, path), 'utf8') : '';
    return [path, stats.mtimeMs, stats.isSymbolicLink() ? readlinkSync(join(tree, path)) : held] as const;
  });
}

async function filled(t: TestContext): Promise<StoreFixture> {
  const store = openFixture(t);
  await store.cache.put({ key, blobs: { data: blob.bytes } });
  await store.cache.put({ key: 'other', blobs: { data: other.bytes } });
  return store;
}

/** What stood there is gone. */
function plantLink(path: string, target: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

describe("a folder of the store that is a link to what is somebody else's", () => {
  const folders: Readonly<Record<string, (store: StoreFixture) => string>> = {
    v1: ({ files }) => files.root,
    'v1/blobs': ({ files }) => files.blobs.directory,
    'v1/metas': ({ files }) => files.metas.directory,
    'v1/quarantine': ({ files }) => files.quarantine,
    'a folder of blobs': (store) => dirname(store.pathOf(blob)),
    'a folder of metas': ({ files }) => dirname(files.metas.pathOf(keyHashOf(key))),
  };
  for (const [name, folderOf] of Object.entries(folders)) {
    it(`is refused as an outage that names it, and nothing there is touched: ${name}`, async (t) => {
      const [store, tree] = [await filled(t), canaryTree(t)];
      plantLink(folderOf(store), tree);
      const before = lookOf(tree);
      const steps: readonly ((store: StoreFixture) => Promise<unknown>)[] = [
        ({ cache }) => cache.get(key),
        ({ cache }) => cache.put({ key, blobs: { data: blob.bytes } }),
        ({ blobs }) => blobs.findMissing([blob.ref]),
        ({ blobs }) => blobs.quarantineMany([blob.ref]),
        ({ blobs }) => blobs.deleteMany([blob.ref.digest]),
        ({ metas }) => metas.delete(keyHashOf(key)),
        ({ maintenance }) => maintenance.stats(),
        ({ maintenance }) => maintenance.verify(),
        ({ maintenance }) => maintenance.gc(),
      ];
      const refusals: unknown[] = [];
      // Each sees the store as a process of its own, which has looked at no folder yet.
      for (const step of steps)
        await step(store.later(10 ** 11)).catch((error: unknown) => refusals.push(error));
      assert.deepEqual(lookOf(tree), before);
      assert.ok(refusals.length > 0);
      for (const error of refusals) {
        assert.ok(isOutage(error), String(error));
        assert.ok((error as Error).message.includes(`${folderOf(store)} is a symbolic link`));
      }
      const collected = store.later(10 ** 11).maintenance.gc();
      await assert.rejects(collected, isOutage);
    });
  }

  it('is refused to a Keyv that uses the store: a read is a miss, a write is told of', async (t) => {
    const [directory, tree] = [temporaryDirectory(t), canaryTree(t)];
    symlinkSync(tree, join(directory, 'v1'));
    const before = lookOf(tree);
    const store = new KeyvFsStore({ directory });
    assert.equal(await store.get('a'), undefined);
    await assert.rejects(store.set('a', 'value'), isOutage);
    await assert.rejects(store.clear(), isOutage);
    assert.deepEqual(lookOf(tree), before);
  });

  it('is no link where it is the directory of the store itself: that is for its owner to decide', async (t) => {
    const store = await filled(t);
    const elsewhere = `${store.directory}-elsewhere`;
    t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
    renameSync(store.directory, elsewhere);
    symlinkSync(elsewhere, store.directory);
    assert.ok((await store.with({}).cache.get(key)).hit);
  });
});

describe('what stands in the place of a blob or a meta', () => {
  const plants: Readonly<Record<string, (path: string, tree: string) => void>> = {
    'a link to a file': (path, tree) => symlinkSync(join(tree, 'thesis', 'chapter'), path),
    'a link to a device without an end': (path) => symlinkSync('/dev/zero', path),
    'a link to nothing': (path, tree) => symlinkSync(join(tree, 'new'), path),
    'a folder': (path) => mkdirSync(join(path, 'in it'), { recursive: true }),
    'a pipe': (path) => execFileSync('mkfifo', [path]),
    'a file of 4 GB': (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 32);
    },
  };
  for (const [name, plant] of Object.entries(plants)) {
    it(`is a miss with its reason, and repaired by the next put: ${name}`, noPipes, async (t) => {
      const [store, tree] = [await filled(t), canaryTree(t)];
      const before = lookOf(tree);
      const [blobPath, metaPath] = [store.pathOf(blob), store.files.metas.pathOf(keyHashOf('other'))];
      for (const path of [blobPath, metaPath]) {
        rmSync(path);
        plant(path, tree);
      }
      assert.deepEqual(await store.cache.get(key), { hit: false, reason: 'blob-corrupt' });
      assert.deepEqual(await store.cache.get('other'), { hit: false, reason: 'meta-corrupt' });
      assert.equal((await store.maintenance.verify()).corruptMetas, 1);
      await store.cache.put({ key, blobs: { data: blob.bytes } });
      await store.cache.put({ key: 'other', blobs: { data: other.bytes } });
      assert.ok((await store.cache.get(key)).hit && (await store.cache.get('other')).hit);
      await store.later(10 ** 11).maintenance.gc();
      assert.deepEqual(lookOf(tree), before);
    });
  }

  it('is read no further than it may be long: a meta of 1 GB of brackets is none', async (t) => {
    const store = await filled(t);
    const path = store.files.metas.pathOf(keyHashOf(key));
    writeFileSync(path, '['.repeat(1000));
    truncateSync(path, 2 ** 30);
    const before = process.resourceUsage().maxRSS;
    assert.deepEqual(await store.cache.get(key), { hit: false, reason: 'meta-corrupt' });
    assert.ok(process.resourceUsage().maxRSS - before < 64 * 1024, 'in kilobytes');
  });
});

describe('an index blob', () => {
  it('of a gigabyte is read by neither gc nor verify: what names it is a corrupt meta', async (t) => {
    const store = await filled(t);
    const index = { ...blob.ref, index: true } as const;
    const named = { key, blobs: new Map([['x', index]]), attributes: {}, writer: 'test', time: 0 };
    const document = JSON.parse(Buffer.from(encodeMeta(named, checksumOf)).toString()) as JsonObject;
    const { checksum: ofShort, ...body } = document;
    const long = { ...body, blobs: { x: { ...index, size: 2 ** 30 } } };
    const checksum = checksumOf(Buffer.from(canonicalJson(long)));
    assert.notEqual(checksum, ofShort);
    truncateSync(store.pathOf(blob), 2 ** 30);
    for (const [verb, removed] of [
      ['gc', 'removedMetas'],
      ['verify', 'corruptMetas'],
    ] as const) {
      writeFileSync(store.files.metas.pathOf(keyHashOf(key)), canonicalJson({ ...long, checksum }));
      const { maintenance } = store.later(2 * hourMs);
      const report: Readonly<Record<string, unknown>> = { ...(await maintenance[verb]()) };
      assert.equal(report[removed], 1, verb);
    }
  });

  it('as long as one may be costs little more memory than its bytes', async (t) => {
    const store = openFixture(t);
    const line = { refs: Array.from({ length: 8 }, (_, i) => (i % 2 ? blob : other).ref), about: {} };
    const lineBytes = encodeIndex([line]).length;
    const lines = Math.floor(maxIndexBlobBytes / lineBytes);
    const index = blobFrom(Buffer.alloc(lines * lineBytes, encodeIndex([line])));
    await store.blobs.putMany([blob, other, index]);
    await store.cache.put({ key, blobs: { index: { ...index.ref, index: true } } });
    const before = process.resourceUsage().maxRSS;
    const { maintenance } = store.later(2 * hourMs);
    assert.equal((await maintenance.gc()).keptBlobs, 3);
    assert.equal((await maintenance.verify()).incompleteMetas, 0);
    const grown = process.resourceUsage().maxRSS - before;
    assert.ok(grown < 128 * 1024, `${grown} kB`);
  });
});

describe('a key', () => {
  it('may have a megabyte, or be a name that every object has', async (t) => {
    const store = openFixture(t);
    for (const long of ['k'.repeat(1024 * 1024), { ['__proto__']: '../..' }, '../../..']) {
      await store.cache.put({ key: long, blobs: { ['__proto__']: blob.bytes } });
      const found = await store.cache.get(long);
      assert.ok(found.hit && Buffer.compare(found.blobs.get('__proto__')!, blob.bytes) === 0);
    }
    assert.equal((await store.maintenance.verify()).metas, 3);
  });
});

describe('the marker of a store', () => {
  for (const [name, plant] of [
    ['a link', (path: string, tree: string) => symlinkSync(join(tree, 'thesis', 'chapter'), path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ] as const) {
    it(`that is ${name} is replaced, and not written through`, noPipes, async (t) => {
      const [store, tree] = [await filled(t), canaryTree(t)];
      const before = lookOf(tree);
      const marker = join(store.files.root, 'store.json');
      rmSync(marker);
      plant(marker, tree);
      const fresh = store.with({});
      assert.equal(fresh.files.marker.id(), undefined);
      await fresh.cache.put({ key: 'new', blobs: {} });
      assert.equal(typeof fresh.files.marker.id(), 'string');
      assert.deepEqual(lookOf(tree), before);
    });
  }
});

describe('the journal of a remote', () => {
  const levels = ['remotes', 'remotes/id', 'remotes/id/journal'];
  for (const level of levels) {
    it(`is refused where ${level} is a link, and nothing there is touched`, async (t) => {
      const [local, tree] = [temporaryDirectory(t), canaryTree(t)];
      mkdirSync(join(tree, 'id', 'journal'), { recursive: true });
      mkdirSync(join(tree, 'journal'));
      const before = lookOf(tree);
      plantLink(join(local, level), tree);
      const directory = join(local, 'remotes', 'id', 'journal');
      const journal = new FsJournal({ directory, within: local });
      await assert.rejects(journal.append(recordsOf('a', 1)), isOutage);
      await assert.rejects(journal.batches(), isOutage);
      assert.equal(journal.hasWork(), false);
      const memory = new FsBreakerMemory({ path: join(dirname(directory), 'reads.json'), within: local });
      memory.write({ failures: 1, openUntil: 1, reason: 'x' });
      memory.write(undefined);
      assert.deepEqual(lookOf(tree), before);
    });
  }

  it('drops a batch that is a link, a pipe or a folder, and does not wait for it', noPipes, async (t) => {
    const [directory, tree] = [join(temporaryDirectory(t), 'journal'), canaryTree(t)];
    const before = lookOf(tree);
    const journal = new FsJournal({ directory });
    await journal.append(recordsOf('a', 1));
    const nameOf = (n: number) =>
      `${String(Date.now()).padStart(15, '0')}-00000000-0000-0000-0000-000000000000-${String(n).padStart(9, '0')}.jsonl`;
    symlinkSync(join(tree, 'thesis', 'chapter'), join(directory, nameOf(1)));
    symlinkSync('/dev/zero', join(directory, nameOf(2)));
    execFileSync('mkfifo', [join(directory, nameOf(3))]);
    mkdirSync(join(directory, nameOf(4)));
    const batches: readonly JournalBatch[] = await journal.batches();
    assert.equal(batches.length, 1);
    assert.equal(batches[0]!.records.length, 3);
    assert.deepEqual(lookOf(tree), before);
  });
});
