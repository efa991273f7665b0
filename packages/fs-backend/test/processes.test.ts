import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CacheEntry } from '@cleanmiss/core';
import { Child } from './support/child.js';
import { contendedEntryOf, entryOf } from './support/entries.js';
import { hourMs, openFixture, type StoreFixture } from './support/store-fixture.js';
import { contents, upsetEntryOf } from './support/upset-process.js';

const long = process.env['CLEANMISS_LONG'] === '1';
const entriesPerWriter = long ? 400 : 40;
const kills = long ? 100 : 6;
const upsetRounds = long ? 400 : 25;

describe('processes that are killed while they write', () => {
  it('leave a store without damage, with everything that they had said was put', async (t) => {
    const store = openFixture(t);
    for (let kill = 0; kill < kills; kill++) {
      const writer = startWriter(t, store, `killed ${kill}`, 10_000);
      // Somewhere in the middle of the next put: from here on the two run side by side.
      await writer.said((kill * 7) % 23);
      await writer.kill();
      await expectClean(store);
      await expectAllPut(store, `killed ${kill}`, writer);
    }
    await expectNothingLeftOver(store);
  });
});

describe('eight processes that put the same and different things at once', () => {
  it('lose nothing, also where some of them are killed', async (t) => {
    const store = openFixture(t);
    const names = Array.from({ length: 8 }, (_, i) => `writer ${i}`);
    const writers = names.map((name) => startWriter(t, store, name, entriesPerWriter));
    const [first, second, third, ...rest] = writers;
    await Promise.all(
      [first, second, third].map((writer, i) => writer!.said(i * 5).then(() => writer!.kill())),
    );
    assert.deepEqual(await Promise.all(rest.map((writer) => writer.ended())), [0, 0, 0, 0, 0]);
    await expectClean(store);
    for (const [i, name] of names.entries()) await expectAllPut(store, name, writers[i]!);
    for (const writer of rest) assert.equal(writer.lines.length, entriesPerWriter);
    const contended = await store.cache.get('contended');
    assert.ok(contended.hit);
    const { writer, n } = contended.meta.attributes as { readonly writer: string; readonly n: number };
    await expectHit(store, contendedEntryOf(writer, n));
    await expectNothingLeftOver(store);
  });
});

describe('collecting and verifying beside writers', () => {
  it('loses nothing that was acknowledged, though all of it was old, unnamed or damaged just before', async (t) => {
    const store = openFixture(t);
    const names = ['a', 'b', 'c', 'd'];
    const writers = names.map(
      (name) => new Child(t, 'upset-process.js', [store.directory, name, String(upsetRounds)]),
    );
    let running = true;
    const ended = Promise.all(writers.map((writer) => writer.ended())).finally(() => (running = false));
    const seen = { collected: 0, corrupt: 0 };
    const collect = async () => {
      while (running) seen.collected += (await store.maintenance.gc({ graceMs: hourMs })).removedBlobs;
    };
    const verify = async () => {
      while (running) seen.corrupt += (await store.maintenance.verify()).corruptBlobs;
    };
    await Promise.all([collect(), verify()]);
    assert.deepEqual(await ended, [0, 0, 0, 0]);
    for (const [i, name] of names.entries()) await expectLastRounds(store, name, writers[i]!);
    await expectClean(store);
    assert.ok(seen.collected > 0, 'the collector did take things from under the writers');
    assert.ok(seen.corrupt > 0, 'the verifier did as well');
  });
});

describe('collecting down to nothing beside writers', () => {
  it('leaves all that was put within the grace period, and removes what was there before', async (t) => {
    const store = openFixture(t);
    await store.cache.put(entryOf('before', 0));
    for (const path of store.list()) store.age(`${store.files.root}/${path}`, 2 * hourMs);
    const names = ['a', 'b', 'c'];
    const writers = names.map((name) => startWriter(t, store, name, entriesPerWriter));
    let running = true;
    const ended = Promise.all(writers.map((writer) => writer.ended())).finally(() => (running = false));
    const collect = async () => {
      let removed = 0;
      while (running) removed += (await store.maintenance.gc({ maxBytes: 0 })).removedMetas;
      return removed;
    };
    assert.equal(await collect(), 1);
    assert.deepEqual(await ended, [0, 0, 0]);
    for (const [i, name] of names.entries()) await expectAllPut(store, name, writers[i]!);
    await expectClean(store);
  });
});

function startWriter(t: TestContext, store: StoreFixture, name: string, count: number): Child {
  return new Child(t, 'writer-process.js', [store.directory, name, String(count)]);
}

async function expectAllPut(store: StoreFixture, name: string, writer: Child): Promise<void> {
  for (const line of writer.lines) await expectHit(store, entryOf(name, Number(line)));
}

async function expectLastRounds(store: StoreFixture, name: string, writer: Child): Promise<void> {
  const rounds = new Map(writer.lines.map((line) => line.split(' ').map(Number) as [number, number]));
  assert.equal(rounds.size, contents);
  for (const [content, round] of rounds) await expectHit(store, upsetEntryOf(name, content, round));
}

async function expectHit(store: StoreFixture, entry: CacheEntry): Promise<void> {
  const result = await store.cache.get(entry.key);
  assert.ok(result.hit, `${JSON.stringify(entry.key)}: ${result.hit ? '' : result.reason}`);
  for (const [name, bytes] of Object.entries(entry.blobs)) {
    assert.ok(
      Buffer.compare(result.blobs.get(name)!, bytes as Uint8Array) === 0,
      `${JSON.stringify(entry.key)} is exact`,
    );
  }
}

async function expectClean(store: StoreFixture): Promise<void> {
  const { corruptBlobs, corruptMetas, incompleteMetas, unknownFormats } = await store.maintenance.verify();
  assert.deepEqual([corruptBlobs, corruptMetas, incompleteMetas, unknownFormats], [0, 0, 0, 0]);
}

/** Half-written files are there to be swept, and a later collection sweeps them. */
async function expectNothingLeftOver(store: StoreFixture): Promise<void> {
  const { removedMetas } = await store.later(2 * hourMs).maintenance.gc();
  assert.equal(removedMetas, 0);
  assert.deepEqual(
    store.list().filter((path) => !/^(blobs|metas)\/[0-9a-f]{2}\/[0-9a-f]{62}$/.test(path)),
    [],
  );
  await expectClean(store);
}
