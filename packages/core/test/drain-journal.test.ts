import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blobOf,
  CacheError,
  drainJournal,
  loadChecksum,
  MemoryJournal,
  type BlobRef,
  type BlobResult,
  type Cache,
  type CacheEntry,
} from '../src/index.js';
import type { FakeTier } from './support/fake-tier.js';
import { blobFrom, outage } from './support/fake-tier.js';
import { indexOf, openTiers, blobsOf, entryOf, expectHit, expectMiss, type Tiers } from './support/tiers.js';

const [a, b, c] = [entryOf('a', 'A', 'shared'), entryOf('b', 'B', 'shared'), entryOf('c', 'C')];

describe('draining a journal', () => {
  it('gives up an entry of which a blob is in neither tier, counts it, and tells the others', async () => {
    const tiers = openTiers();
    await tiers.cache.putMany([a, b]);
    await tiers.cache.put(c);
    await forget(tiers, 'B');
    const drained = await drain(tiers);
    assert.deepEqual(drained, { metas: 2, blobs: 3, bytes: 'Ashared'.length + 1, lost: 1 });
    await expectMiss(tiers.remote.cache, 'b', 'absent');
    for (const entry of [a, c]) await expectHit(tiers.remote.cache, entry);
    assert.equal(tiers.journal.hasWork(), false, 'it would be lost the next time as well');
  });

  it('gives up what comes after an entry that is given up', async () => {
    const tiers = openTiers();
    await tiers.cache.putMany([{ ...c, after: 'b' }, b, a]);
    await forget(tiers, 'B');
    assert.equal((await drain(tiers)).lost, 2);
    assert.deepEqual(
      await tiers.remote.cache.getMetas(['b', 'c']),
      ['b', 'c'].map(() => ({ hit: false, reason: 'absent' })),
    );
    await expectHit(tiers.remote.cache, a);
  });

  it('gives up an entry whose blob is damaged on this machine', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.local.damage(blobFrom('A'));
    assert.equal((await drain(tiers)).lost, 1);
    await expectMiss(tiers.remote.cache, 'a', 'absent');
    assert.equal(await tiers.remote.hasBlob(blobFrom('A')), false);
  });

  it('tells an entry whose blob only the remote has', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.remote.blobs.putMany(blobsOf(a));
    await forget(tiers, 'A');
    assert.deepEqual(await drain(tiers), { metas: 1, blobs: 0, bytes: 0, lost: 0 });
    await expectHit(tiers.remote.cache, a);
  });

  it('does nothing, and asks nobody, where nothing is in it', async () => {
    const tiers = openTiers();
    assert.deepEqual(await drain(tiers), { metas: 0, blobs: 0, bytes: 0, lost: 0 });
    assert.deepEqual(tiers.log, []);
  });

  it('asks once a batch what is missing, copies that alone, and the metas come last', async () => {
    const tiers = openTiers();
    await tiers.cache.putMany([a, b]);
    await tiers.remote.blobs.putMany([blobFrom('shared')]);
    tiers.log.length = 0;
    const copied: unknown[] = [];
    tiers.remote.before = (call, args) => call === 'blobs.putMany' && copied.push(args[0]);
    assert.deepEqual(await drain(tiers), { metas: 2, blobs: 2, bytes: 2, lost: 0 });
    assert.deepEqual(tiers.remote.calls(), [
      'blobs.findMissing',
      'blobs.putMany',
      // The stored cache's own, of no blobs.
      'blobs.putMany',
      'metas.put',
      'metas.put',
    ]);
    assert.deepEqual(
      (copied[0] as ReturnType<typeof blobsOf>).map(({ ref }) => ref.digest),
      ['A', 'B'].map((content) => blobFrom(content).ref.digest),
    );
    for (const entry of [a, b]) await expectHit(tiers.remote.cache, entry);
  });

  it('looks also for blobs that the remote has: their lifetimes are renewed', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.remote.cache.put(a);
    const asked: unknown[] = [];
    tiers.remote.before = (call, args) => call === 'blobs.findMissing' && asked.push(args[0]);
    assert.equal((await drain(tiers)).blobs, 0);
    assert.deepEqual(asked, [blobsOf(a).map(({ ref }) => ref)]);
  });

  it('copies much content in parts: it is not held in memory all at once', async () => {
    const tiers = openTiers();
    const checksumOf = await loadChecksum();
    const large = [1, 2, 3].map((fill) => blobOf(Buffer.alloc(3 * 1024 * 1024, fill), checksumOf));
    await tiers.cache.put({ key: 'k', blobs: Object.fromEntries(large.map(({ bytes }, i) => [i, bytes])) });
    tiers.log.length = 0;
    assert.equal((await drain(tiers)).bytes, 9 * 1024 * 1024);
    const copies = tiers.log
      .filter((call) => /local blobs.getMany|remote blobs.putMany/.test(call))
      .slice(0, 6);
    assert.deepEqual(
      copies,
      [1, 2, 3].flatMap(() => ['local blobs.getMany', 'remote blobs.putMany']),
    );
  });

  it('does not tell what was said again later, put or deleted', async () => {
    const tiers = openTiers();
    const newer = entryOf('a', 'newer');
    await tiers.cache.put(a);
    await tiers.cache.put(b);
    await tiers.cache.put(newer);
    await tiers.cache.delete('b');
    assert.deepEqual(await drain(tiers), { metas: 2, blobs: 1, bytes: 5, lost: 0 });
    await expectHit(tiers.remote.cache, newer);
    await expectMiss(tiers.remote.cache, 'b', 'absent');
    assert.equal(await tiers.remote.hasBlob(blobFrom('B')), false);
    assert.equal(tiers.journal.hasWork(), false);
  });

  it('tells of an entry that was deleted and put again', async () => {
    const tiers = openTiers();
    await tiers.cache.delete('a');
    await tiers.cache.put(a);
    await drain(tiers);
    await expectHit(tiers.remote.cache, a);
  });

  it('tells a remote that was out of reach of a deletion', async () => {
    const tiers = openTiers();
    await tiers.remote.cache.put(a);
    tiers.remote.fail(outage());
    await tiers.cache.delete('a');
    tiers.remote.recover();
    assert.equal((await drain(tiers)).metas, 1);
    await expectMiss(tiers.remote.cache, 'a', 'absent');
  });

  it('tells what was journaled, not what stands under the key meanwhile on this machine', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.cache.put({ ...entryOf('a', 'of a dirty work tree'), localOnly: true });
    await drain(tiers);
    await expectHit(tiers.remote.cache, a);
  });
});

describe('draining entries with index blobs', () => {
  const listed = [blobFrom('first file'), blobFrom('second file')];
  const page = indexOf(listed);
  const entry = { key: 'snapshot', blobs: { page: { ...page.ref, index: true } } } as const;

  it('gives up an entry of which a listed blob is in neither tier', async () => {
    const tiers = await withSnapshot();
    await forget(tiers, 'second file');
    assert.equal((await drain(tiers)).lost, 1);
    await expectMiss(tiers.remote.cache, entry.key, 'absent');
  });

  it('gives up an entry whose index blob is in neither tier, or is none', async () => {
    const tiers = await withSnapshot();
    await tiers.local.blobs.deleteMany([page.ref.digest]);
    const noIndex = blobFrom('this is no index');
    await tiers.cache.blobs.putMany([noIndex]);
    await tiers.cache.put({ key: 'no index', blobs: { page: { ...noIndex.ref, index: true } } });
    assert.deepEqual(await drain(tiers), { metas: 0, blobs: 1, bytes: noIndex.ref.size, lost: 2 });
    assert.equal(await tiers.remote.hasMeta('no index'), false);
  });

  it('copies what they list as well', async () => {
    const tiers = await withSnapshot();
    assert.equal((await drain(tiers)).blobs, 3);
    for (const blob of [page, ...listed]) assert.equal(await tiers.remote.hasBlob(blob), true);
    const [result] = await tiers.remote.cache.getMetas([entry.key]);
    assert.ok(result?.hit);
    assert.equal(result.meta.blobs.get('page')?.index, true);
  });

  it('follows an index blob that only the remote has', async () => {
    const tiers = await withSnapshot();
    await tiers.remote.blobs.putMany([page]);
    await tiers.local.blobs.deleteMany([page.ref.digest]);
    assert.deepEqual(await drain(tiers), {
      metas: 1,
      blobs: 2,
      bytes: 'first filesecond file'.length,
      lost: 0,
    });
    for (const blob of listed) assert.equal(await tiers.remote.hasBlob(blob), true);
  });

  async function withSnapshot(): Promise<Tiers> {
    const tiers = openTiers();
    await tiers.cache.blobs.putMany([page, ...listed]);
    await tiers.cache.put(entry);
    return tiers;
  }
});

describe('draining to a remote that goes out of order in the middle', () => {
  it('rejects, keeps the batch, and the next drain finishes it', async () => {
    const tiers = openTiers();
    await tiers.cache.putMany([a, b]);
    await tiers.cache.put(c);
    const error = outage('connection reset');
    tiers.remote.fail(error, 'metas.put');
    await assert.rejects(drain(tiers), error);
    assert.equal((await tiers.journal.batches()).length, 2);
    tiers.remote.recover();
    assert.deepEqual(await drain(tiers), { metas: 3, blobs: 1, bytes: 1, lost: 0 });
    for (const entry of [a, b, c]) await expectHit(tiers.remote.cache, entry);
  });

  it("ends with the caller's reason where that breaks it off", async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    tiers.remote.before = (_call, args) => {
      (args.at(-1) as { signal?: AbortSignal }).signal?.throwIfAborted();
    };
    await assert.rejects(drainJournal({ ...ends(tiers), signal }), reason);
    assert.equal(tiers.journal.hasWork(), true);
  });

  it('keeps the journal where the local tier is out of order: nothing is lost by that', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    const error = outage('the disk is failing');
    tiers.local.fail(error, 'blobs.getMany');
    await assert.rejects(drain(tiers), error);
    assert.equal(tiers.journal.hasWork(), true);
  });

  it('tells a batch twice without harm where it could not be taken out', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    const error = outage('read-only');
    const journal = new MemoryJournal();
    for (const { records } of await tiers.journal.batches()) await journal.append(records);
    const stuck = Object.create(journal, {
      append: { value: () => Promise.reject(error) },
      hasWork: { value: () => true },
      batches: { value: () => journal.batches() },
      remove: { value: () => Promise.reject(error) },
    }) as MemoryJournal;
    await assert.rejects(drainJournal({ ...ends(tiers), journal: stuck }), error);
    assert.deepEqual(await drain(tiers), { metas: 1, blobs: 0, bytes: 0, lost: 0 });
    await expectHit(tiers.remote.cache, a);
  });
});

describe('draining a batch that cannot be told', () => {
  it('because a local blob cannot be read now keeps it, tells the others, and says that it did nothing when it is the last', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.cache.put(c);
    const { from, ...others } = ends(tiers);
    const isUnreadable = ({ digest }: BlobRef) => digest === blobFrom('A').ref.digest;
    const unreadable = Object.create(from, {
      blobs: {
        value: {
          getMany: async (refs: readonly BlobRef[]): Promise<readonly BlobResult[]> => {
            const results = await from.blobs.getMany(refs);
            return results.map((result, i) =>
              isUnreadable(refs[i]!) ? { found: false, reason: 'unavailable' } : result,
            );
          },
        },
      },
    }) as Cache;
    assert.equal((await drainJournal({ ...others, from: unreadable })).batches, 1);
    await expectMiss(tiers.remote.cache, 'a', 'absent');
    await expectHit(tiers.remote.cache, c);
    assert.equal((await drainJournal({ ...others, from: unreadable })).batches, 0);
    assert.equal((await drainJournal(ends(tiers))).batches, 1);
    await expectHit(tiers.remote.cache, a);
  });

  it('because the remote would never take it gives it up, and tells the others', async () => {
    const tiers = openTiers();
    await tiers.cache.put(a);
    await tiers.cache.put(c);
    const { to, ...others } = ends(tiers);
    const refused = new CacheError('ERR_INVALID_OPTION', 'a meta of 17 MB');
    const picky = Object.create(to, {
      blobs: { value: to.blobs },
      putMany: {
        value: async (entries: readonly CacheEntry[]) => {
          if (entries.some(({ key }) => key === 'a')) throw refused;
          await to.putMany(entries);
        },
      },
    }) as Cache;
    const drained = await drainJournal({ ...others, to: picky });
    assert.deepEqual([drained.batches, drained.lost], [2, 1]);
    await expectHit(tiers.remote.cache, c);
    assert.equal(tiers.journal.hasWork(), false);
  });
});

async function forget({ local }: { readonly local: FakeTier }, content: string): Promise<void> {
  await local.blobs.deleteMany([blobFrom(content).ref.digest]);
}

function ends({ journal, local, remote }: Tiers) {
  return { journal, from: local.cache, to: remote.cache };
}

/** What was told, however many batches it took. */
async function drain(tiers: Tiers) {
  const { metas, blobs, bytes, lost } = await drainJournal(ends(tiers));
  return { metas, blobs, bytes, lost };
}
