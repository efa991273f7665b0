import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoredCache, VerifyingBlobStore } from '../src/index.js';
import { blobFrom, outage } from './support/fake-tier.js';
import { blobsOf, degraded, entryOf, expectHit, expectMiss, openTiers, type Tiers } from './support/tiers.js';

const entry = entryOf('k', 'one', 'two');
const [one, two] = blobsOf(entry) as [ReturnType<typeof blobFrom>, ReturnType<typeof blobFrom>];

describe('a tiered cache whose remote is out of order', () => {
  it('misses with unavailable, and tells once of each call', async () => {
    const { cache, remote, events } = openTiers();
    const error = outage('connection refused');
    remote.fail(error);
    await expectMiss(cache, 'k', 'unavailable');
    assert.deepEqual(events, [{ type: 'degraded', operation: 'read from remote', error }]);
    assert.deepEqual(await cache.getMetas(['a', 'b']), [unavailable, unavailable]);
    assert.deepEqual(degraded(events), ['read from remote', 'read from remote']);
    const { ref } = blobFrom('nowhere');
    assert.deepEqual(await cache.blobs.getMany([ref, ref]), [noBlob('unavailable'), noBlob('unavailable')]);
    assert.equal(events.length, 3);
  });

  it('does not ask it for what is whole on this machine', async () => {
    const { cache, remote, events } = openTiers();
    remote.fail(outage());
    await cache.put(entry);
    await expectHit(cache, entry);
    assert.deepEqual(await cache.getMetas([entry.key]).then(([result]) => result!.hit), true);
    assert.deepEqual(events, []);
    assert.deepEqual(remote.calls(), []);
  });

  it('answers the keys that it has, and misses the others', async () => {
    const { cache, remote } = openTiers();
    await cache.put(entry);
    remote.fail(outage());
    const results = await cache.getMany(['absent', entry.key]);
    assert.deepEqual(
      results.map((result) => (result.hit ? 'hit' : result.reason)),
      ['unavailable', 'hit'],
    );
  });

  it('is answered by the next remote', async () => {
    const { cache, remote, other, events } = openTiers();
    remote.fail(outage());
    await other.cache.put(entry);
    await expectHit(cache, entry);
    assert.deepEqual([...new Set(degraded(events))], ['read from remote']);
  });

  it('goes out of order between the meta and its blobs: unavailable, and the entry is not kept', async () => {
    const { cache, remote, local } = openTiers();
    await remote.cache.put(entry);
    remote.fail(outage(), 'blobs.getMany');
    await expectMiss(cache, entry.key, 'unavailable');
    assert.equal(await local.hasMeta(entry.key), false);
    remote.recover();
    await expectHit(cache, entry);
  });
});

describe('a tiered cache whose remote has a bug', () => {
  it('lets it through: it must be seen', async () => {
    const bug = new TypeError('a bug');
    for (const call of ['metas.getMany', 'blobs.getMany']) {
      const { cache, remote, events } = openTiers();
      await remote.cache.put(entry);
      remote.fail(bug, call);
      await assert.rejects(cache.get(entry.key), bug);
      assert.deepEqual(events, []);
    }
  });

  it("lets the caller's abort through", async () => {
    const { cache, remote } = openTiers();
    const reason = new Error('enough');
    remote.fail(reason);
    await assert.rejects(cache.get('k', { signal: AbortSignal.abort(reason) }), reason);
  });
});

describe('a tiered cache whose local disk is out of order', () => {
  it('is answered by the remote', async () => {
    const { cache, local, remote, events } = openTiers();
    await remote.cache.put(entry);
    local.fail(outage('the disk is failing'));
    await expectHit(cache, entry);
    assert.ok(degraded(events).includes('read from the local store'));
    assert.deepEqual(await cache.blobs.getMany([one.ref]), [found('one')]);
  });

  it('misses with unavailable where no remote knows the key either', async () => {
    const { cache, local } = openTiers();
    local.fail(outage('the disk is failing'));
    await expectMiss(cache, 'k', 'unavailable');
    assert.deepEqual(await cache.blobs.getMany([one.ref]), [noBlob('unavailable')]);
  });
});

describe('a tiered cache of several tiers', () => {
  it('misses what none has: absent', async () => {
    const { cache, events } = openTiers();
    await expectMiss(cache, 'k', 'absent');
    assert.deepEqual(events, []);
  });

  it('says of a key that one has never heard of, and another did not answer for, that it is unavailable', async () => {
    const { cache, remote } = openTiers();
    remote.fail(outage());
    await expectMiss(cache, 'k', 'unavailable');
  });

  it('asks them in their order, each for what those before it have not got', async () => {
    const { cache, local, remote, other, log } = openTiers({ fill: false });
    const [a, b, c] = [entryOf('a', 'A'), entryOf('b', 'B'), entryOf('c', 'C')];
    await local.cache.put(a);
    await remote.cache.putMany([a, b]);
    await other.cache.putMany([a, b, c]);
    log.length = 0;
    const results = await cache.getMany(['c', 'b', 'a', 'b']);
    assert.deepEqual(
      results.map((result) => result.hit && Buffer.from(result.blobs.get('blob 0')!).toString()),
      ['C', 'B', 'A', 'B'],
    );
    assert.deepEqual(
      log.filter((line) => line.endsWith('metas.getMany')),
      ['local metas.getMany', 'remote metas.getMany', 'other metas.getMany'],
    );
  });

  it('shows the first that has a key, also where others say something else', async () => {
    const { cache, remote, other } = openTiers();
    const [newer, older] = [entryOf('k', 'newer'), entryOf('k', 'older')];
    await remote.cache.put(newer);
    await other.cache.put(older);
    await expectHit(cache, newer);
  });

  it('takes a blob of an entry from whichever has it', async () => {
    const { cache, local, remote, other } = openTiers();
    await remote.cache.put(entry);
    await remote.blobs.deleteMany([one.ref.digest]);
    await other.blobs.putMany([one]);
    await local.blobs.putMany([two]);
    await expectHit(cache, entry);
  });

  it('is not kept from a whole entry of a remote by a local one whose blob is nowhere to be had', async () => {
    const { cache, local, remote } = openTiers();
    const [broken, whole] = [entryOf('k', 'gone'), entryOf('k', 'whole')];
    await local.cache.put(broken);
    await local.blobs.deleteMany(blobsOf(broken).map(({ ref }) => ref.digest));
    await expectMiss(cache, 'k', 'blob-missing');
    await remote.cache.put(whole);
    await expectHit(cache, whole);
    await expectHit(local.cache, whole);
  });

  it('says of an entry that none has whole what is wrong with the first of it', async () => {
    const { cache, local, remote } = openTiers();
    await local.cache.put(entry);
    await local.blobs.deleteMany([one.ref.digest]);
    remote.fail(outage(), 'metas.getMany');
    await expectMiss(cache, entry.key, 'blob-missing');
  });

  it('does not let a damaged meta hide a good one of a remote', async () => {
    const { cache, local, remote } = openTiers();
    await local.cache.put(entry);
    await local.metas.put([...(await keysOf(local))][0]!, Buffer.from('{'));
    await expectMiss(cache, entry.key, 'meta-corrupt');
    await remote.cache.put(entry);
    await expectHit(cache, entry);
    await expectHit(local.cache, entry);
  });

  it('answers one blob that is asked for twice with bytes of its own each time, and asks once', async () => {
    const { cache, remote } = openTiers();
    await remote.blobs.putMany([one]);
    remote.before = (_call, [refs]) => {
      assert.deepEqual(refs, [one.ref]);
    };
    const [first, second] = await cache.blobs.getMany([one.ref, one.ref]);
    assert.ok(first?.found && second?.found);
    first.bytes.fill(0);
    assert.deepEqual(second, found('one'));
    assert.equal(remote.calls().length, 1);
  });
});

describe('a blob that is damaged', () => {
  it('on this machine is answered from the remote, and repaired', async () => {
    const { cache, local, remote } = openTiers();
    await local.cache.put(entry);
    await local.damage(one);
    await expectMiss(local.cache, entry.key, 'blob-corrupt');
    await local.damage(one);
    await remote.blobs.putMany([one]);
    await expectHit(cache, entry);
    await expectHit(local.cache, entry);
  });

  it('in every tier is a miss: blob-corrupt', async () => {
    const { cache, local, remote } = openTiers();
    await cache.put(entry);
    await remote.blobs.putMany([one]);
    for (const tier of [local, remote]) await tier.damage(one);
    await expectMiss(cache, entry.key, 'blob-corrupt');
    await expectMiss(cache, entry.key, 'blob-missing');
  });

  it('in a remote alone is not kept, and is taken from the next', async () => {
    const { cache, remote, other, local } = openTiers();
    await remote.cache.put(entry);
    await remote.damage(one);
    await other.blobs.putMany([one]);
    await expectHit(cache, entry);
    await expectHit(new StoredCache(asWhole(local)), entry);
  });
});

const unavailable = { hit: false, reason: 'unavailable' };

function noBlob(reason: string) {
  return { found: false, reason };
}

function found(content: string) {
  return { found: true, bytes: Uint8Array.from(Buffer.from(content)) };
}

function asWhole({ blobs, metas }: Tiers['local']) {
  return { blobs: new VerifyingBlobStore(blobs), metas, writer: 'test' };
}

async function keysOf({ metas }: Tiers['local']) {
  const keys = [];
  for await (const key of metas.list()) keys.push(key);
  return keys;
}
