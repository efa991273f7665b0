import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOutage } from '../src/index.js';
import { blobFrom, outage } from './support/fake-tier.js';
import { blobsOf, degraded, entryOf, expectHit, expectMiss, openTiers } from './support/tiers.js';

const entry = entryOf('k', 'one', 'two');
const [one] = blobsOf(entry) as [ReturnType<typeof blobFrom>];

describe('a tiered cache rejects a write', () => {
  it('where the local disk is out of order, and tells no remote of what is not stored', async () => {
    const { cache, local, journal } = openTiers();
    local.fail(outage('the disk is full'), 'blobs.putMany');
    await assert.rejects(cache.put(entry), isOutage);
    await assert.rejects(cache.putMany([entry]), isOutage);
    assert.equal(journal.hasWork(), false);
    assert.ok(!local.calls().includes('metas.put'));
    await assert.rejects(cache.blobs.putMany([one]), isOutage);
  });

  it('where the meta cannot be stored', async () => {
    const { cache, local } = openTiers();
    local.fail(outage('the disk is full'), 'metas.put');
    await assert.rejects(cache.put(entry), isOutage);
  });

  it('where the local entry cannot be deleted', async () => {
    const { cache, local } = openTiers();
    local.fail(outage('read-only'), 'metas.delete');
    await assert.rejects(cache.delete(entry.key), isOutage);
  });
});

describe('a tiered cache that is written to', () => {
  it('stores blobs, journal and meta in this order, and asks no remote', async () => {
    const { cache, log } = openTiers();
    await cache.putMany([entry, entryOf('other', 'three')]);
    assert.deepEqual(log, [
      'local blobs.putMany',
      'journal append',
      'local blobs.putMany',
      'local metas.put',
      'local metas.put',
    ]);
    await expectHit(cache, entry);
  });

  it('journals what was put as one batch: whole entries, with blobs by reference', async () => {
    const { cache, journal } = openTiers();
    const stored = blobFrom('stored before');
    await cache.blobs.putMany([stored]);
    const page = { ...stored.ref, index: true } as const;
    const mixed = { key: 'mixed', blobs: { fresh: Buffer.from('one'), page }, attributes: { a: 1 } };
    await cache.putMany([mixed, { key: 'bare', blobs: {} }]);
    const batches = await journal.batches();
    assert.deepEqual(
      batches.map(({ records }) => records),
      [
        [
          { op: 'put', entry: { ...mixed, blobs: { fresh: one.ref, page } } },
          { op: 'put', entry: { key: 'bare', blobs: {}, attributes: {} } },
        ],
      ],
    );
  });

  it('journals nothing that is of this machine alone', async () => {
    const { cache, journal, log } = openTiers();
    await cache.put({ ...entry, localOnly: true });
    assert.equal(journal.hasWork(), false);
    assert.ok(!log.includes('journal append'));
    await expectHit(cache, entry);
    await cache.putMany([{ ...entryOf('mine', 'm'), localOnly: true }, entryOf('ours', 'o')]);
    const [batch] = await journal.batches();
    assert.deepEqual(
      batch!.records.map((record) => record.op === 'put' && record.entry.key),
      ['ours'],
    );
  });

  it('tells where a journal cannot be written, and stores the entry on this machine all the same', async () => {
    const { cache, local, journal, events } = openTiers();
    journal.error = outage('the disk is full');
    await cache.put(entry);
    assert.deepEqual(degraded(events), ['journal for remote']);
    await expectHit(local.cache, entry);
  });

  it('does nothing for no entries', async () => {
    const { cache, journal } = openTiers();
    await cache.putMany([]);
    assert.equal(journal.hasWork(), false);
  });
});

describe('a tiered cache from which an entry is deleted', () => {
  it('deletes it on this machine and in the remotes that it may write to, and journals that', async () => {
    const { cache, local, remote, other, journal } = openTiers();
    for (const tier of [local, remote]) await tier.cache.put(entry);
    await cache.delete(entry.key);
    for (const tier of [local, remote]) await expectMiss(tier.cache, entry.key, 'absent');
    assert.deepEqual((await journal.batches())[0]?.records, [{ op: 'delete', key: entry.key }]);
    await expectMiss(cache, entry.key, 'absent');
    assert.ok(!other.calls().includes('metas.delete'));
  });

  it('leaves it in a remote that it may only read', async () => {
    const { cache, other } = openTiers();
    await other.cache.put(entry);
    await cache.delete(entry.key);
    await cache.blobs.deleteMany([one.ref.digest]);
    await expectHit(other.cache, entry);
  });

  it('leaves it to the journal where the remote is out of order, and tells', async () => {
    const { cache, local, remote, journal, events } = openTiers();
    for (const tier of [local, remote]) await tier.cache.put(entry);
    remote.fail(outage());
    await cache.delete(entry.key);
    assert.deepEqual(degraded(events), ['delete from remote']);
    await expectMiss(local.cache, entry.key, 'absent');
    assert.equal(journal.hasWork(), true);
  });

  it('journals it before it deletes: killed in between, the remote is told', async () => {
    const { cache, log } = openTiers();
    await cache.delete(entry.key);
    assert.deepEqual(log, ['journal append', 'local metas.delete', 'remote metas.delete']);
  });
});

describe('the blobs of a tiered cache', () => {
  it('are stored on this machine alone, and looked for there', async () => {
    const { cache, remote } = openTiers();
    const stored = blobFrom('stored in the remote');
    await remote.blobs.putMany([stored]);
    await cache.blobs.putMany([one]);
    assert.deepEqual(await cache.blobs.findMissing([one.ref, stored.ref]), [stored.ref]);
    assert.deepEqual(remote.calls(), []);
  });

  it('are deleted everywhere, as far as each can be reached', async () => {
    const { cache, local, remote, events } = openTiers();
    for (const tier of [local, remote]) await tier.blobs.putMany([one]);
    await cache.blobs.deleteMany([one.ref.digest]);
    for (const tier of [local, remote]) assert.equal(await tier.hasBlob(one), false);
    remote.fail(outage());
    await cache.blobs.deleteMany([one.ref.digest]);
    assert.deepEqual(degraded(events), ['delete from remote']);
  });
});
