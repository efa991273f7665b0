import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobOf, loadChecksum } from '../src/index.js';
import { blobFrom, outage } from './support/fake-tier.js';
import { blobsOf, degraded, entryOf, expectHit, expectMiss, openTiers } from './support/tiers.js';

const entry = entryOf('k', 'one', 'two');
const [one, two] = blobsOf(entry) as [ReturnType<typeof blobFrom>, ReturnType<typeof blobFrom>];

describe('what a remote answered is not kept', () => {
  it('where the local disk is full: that is told, and the answer stands', async () => {
    const { cache, local, remote, events } = openTiers();
    await remote.cache.put(entry);
    const error = outage('the disk is full');
    local.fail(error, 'blobs.putMany', 'metas.put');
    await expectHit(cache, entry);
    assert.deepEqual(events, [{ type: 'degraded', operation: 'fill', error }]);
  });

  it('also where the local store has a bug: that is told, and the answer stands', async () => {
    const { cache, local, remote, events } = openTiers();
    await remote.cache.put(entry);
    const error = new TypeError('a bug');
    local.fail(error, 'blobs.putMany');
    await expectHit(cache, entry);
    assert.deepEqual(events, [{ type: 'degraded', operation: 'fill', error }]);
  });

  it('as an entry whose blobs could not be kept: no meta without its blobs', async () => {
    const { cache, local, remote } = openTiers();
    await remote.cache.put(entry);
    local.fail(outage('no room for blobs'), 'blobs.putMany');
    await expectHit(cache, entry);
    assert.equal(await local.hasMeta(entry.key), false);
  });

  it('by whoever asks for the metas alone', async () => {
    const { cache, local, remote } = openTiers();
    await remote.cache.put(entry);
    const [result] = await cache.getMetas([entry.key]);
    assert.ok(result?.hit);
    assert.equal(await local.hasMeta(entry.key), false);
    assert.deepEqual(local.calls(), ['metas.getMany']);
  });

  it('where nothing is to be kept', async () => {
    const { cache, local, remote } = openTiers({ fill: false });
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    await cache.settle();
    await expectMiss(local.cache, entry.key, 'absent');
    assert.equal(await local.hasBlob(one), false);
  });
});

describe('what a remote answered is kept', () => {
  it('on this machine, the blobs before the entry, and not asked for again', async () => {
    const { cache, local, remote, log } = openTiers();
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    const writes = local.calls().filter((call) => call.includes('put'));
    // The empty batch is the stored cache's own: an entry of references alone.
    assert.deepEqual(writes, ['blobs.putMany', 'blobs.putMany', 'metas.put']);
    await expectHit(local.cache, entry);
    log.length = 0;
    await expectHit(cache, entry);
    assert.deepEqual(remote.calls(), []);
  });

  it('blob by blob for whoever asks for blobs', async () => {
    const { cache, local, remote } = openTiers();
    await remote.blobs.putMany([one, two]);
    await cache.blobs.getMany([two.ref, blobFrom('nowhere').ref]);
    assert.equal(await local.hasBlob(two), true);
    assert.equal(await local.hasBlob(one), false);
  });

  it('with its blobs renewed where they were there: a collection must not overtake the entry', async () => {
    const { cache, local, remote } = openTiers();
    await remote.cache.put(entry);
    await local.blobs.putMany([one, two]);
    await expectHit(cache, entry);
    const calls = local.calls();
    assert.ok(calls.includes('blobs.findMissing'));
    assert.ok(calls.indexOf('blobs.findMissing') < calls.indexOf('metas.put'), calls.join(', '));
  });

  it('also where the caller writes over the bytes that it was handed', async () => {
    const { cache, local, remote } = openTiers();
    await remote.cache.put(entry);
    const result = await cache.get(entry.key);
    assert.ok(result.hit);
    for (const bytes of result.blobs.values()) bytes.fill(0);
    await expectHit(local.cache, entry);
  });
});

describe('what a remote answered, where keeping it is put off', () => {
  it('is not kept before settle, and is then', async () => {
    const { cache, local, remote } = openTiers({ deferFill: true });
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    assert.deepEqual(
      local.calls().filter((call) => /put|findMissing/.test(call)),
      [],
    );
    await cache.settle();
    await expectHit(local.cache, entry);
  });

  it('is kept once, and settle does nothing more', async () => {
    const { cache, local, remote } = openTiers({ deferFill: true });
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    await cache.settle();
    const before = local.calls().length;
    await cache.settle();
    assert.equal(local.calls().length, before);
  });

  it('is not kept where the caller has written over the bytes meanwhile, nor is an entry that names them', async () => {
    const { cache, local, remote, events } = openTiers({ deferFill: true });
    await remote.cache.put(entry);
    const result = await cache.get(entry.key);
    assert.ok(result.hit);
    result.blobs.get('blob 0')!.fill(0);
    await cache.settle();
    assert.equal(await local.hasBlob(one), false);
    assert.equal(await local.hasBlob(two), true);
    assert.equal(await local.hasMeta(entry.key), false);
    assert.deepEqual(degraded(events), []);
    await expectHit(cache, entry);
  });

  it('is kept at once beyond 64 MiB: memory is not for storing', async () => {
    const { cache, local, remote } = openTiers({ deferFill: true });
    const checksumOf = await loadChecksum();
    const size = 22 * 1024 * 1024;
    const large = [1, 2, 3].map((fill) => blobOf(Buffer.alloc(size, fill), checksumOf));
    await remote.blobs.putMany(large);
    for (const { ref } of large.slice(0, 2)) await cache.blobs.getMany([ref]);
    assert.ok(!local.calls().includes('blobs.putMany'));
    await cache.blobs.getMany([large[2]!.ref]);
    for (const { ref } of large) assert.deepEqual(await local.blobs.findMissing([ref]), []);
  });

  it('is told where it fails, in settle, which does not reject', async () => {
    const { cache, local, remote, events } = openTiers({ deferFill: true });
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    local.fail(outage('the disk is full'));
    await cache.settle();
    assert.deepEqual(degraded(events), ['fill']);
  });
});
