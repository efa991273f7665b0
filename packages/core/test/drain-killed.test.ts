import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeIndex,
  decodeMeta,
  drainJournal,
  keyHashOf,
  loadChecksum,
  type BlobRef,
} from '../src/index.js';
import type { FakeTier } from './support/fake-tier.js';
import { blobFrom } from './support/fake-tier.js';
import { entryOf, expectHit, expectMiss, indexOf, openTiers, type Tiers } from './support/tiers.js';

const checksumOf = await loadChecksum();
const listed = [blobFrom('first file'), blobFrom('second file'), blobFrom('shared')];
const page = indexOf(listed);
const snapshot = { key: 'snapshot', blobs: { page: { ...page.ref, index: true } } } as const;
const after = snapshot.key;
const other = { ...entryOf('ref other'), after };
const [early, late] = [
  { ...entryOf('ref', 'early'), after },
  { ...entryOf('ref', 'late', 'shared'), after },
];
const beside = entryOf('beside', 'own', 'shared');
const killed = new Error('killed');

describe('a process that is killed while it drains a journal', () => {
  for (const moment of ['before', 'after'] as const) {
    it(`${moment} any call to the remote leaves the rest to the next one, and no meta without its blobs`, async () => {
      const calls = await callsOfOneDrain();
      assert.ok(calls > 10, 'there are many moments');
      for (let call = 0; call < calls; call++) {
        const tiers = await publish();
        await checked(tiers.remote, { moment, call });
        await assert.rejects(drain(tiers), killed);
        await expectNoMetaWithoutBlobs(tiers.remote);
        // Another process, which is not killed.
        await checked(tiers.remote);
        await drain(tiers);
        await expectAllTold(tiers);
      }
    });
  }

  it('again and again, a call later each time, has told all in the end', async () => {
    const tiers = await publish();
    let kills = 0;
    for (let call = 1; ; call++) {
      await checked(tiers.remote, { moment: 'before', call });
      const told = await drain(tiers).then(
        () => true,
        (error: unknown) => {
          assert.equal(error, killed);
          return false;
        },
      );
      if (told) break;
      kills += 1;
    }
    assert.ok(kills > 3);
    await expectAllTold(tiers);
  });
});

/**
 * A snapshot with its pages and two references to it, of which one is deleted and put once more, with the snapshot. A
 * reference comes after the snapshot, whatever the order in which they are handed over.
 */
async function publish(): Promise<Tiers> {
  const tiers = openTiers();
  await tiers.remote.cache.put(entryOf('outdated', 'x'));
  await tiers.cache.blobs.putMany([page, ...listed]);
  await tiers.cache.putMany([other, early, snapshot]);
  await tiers.cache.delete('ref');
  // As if the remote had been out of reach for it.
  await tiers.journal.append([{ op: 'delete', key: 'outdated' }]);
  await tiers.cache.putMany([late, snapshot, beside]);
  return tiers;
}

async function callsOfOneDrain(): Promise<number> {
  const tiers = await publish();
  const before = tiers.remote.calls().length;
  await drain(tiers);
  return tiers.remote.calls().length - before;
}

/** From that call on every call is killed, and after each one that is not, what the remote holds is looked at. */
async function checked(
  remote: FakeTier,
  kill?: { readonly moment: 'before' | 'after'; readonly call: number },
): Promise<void> {
  const counts = { before: 0, after: 0 };
  const count = (moment: 'before' | 'after') => {
    counts[moment] += 1;
    const isDead = kill !== undefined && counts.before > kill.call + (kill.moment === 'before' ? 0 : 1);
    const isKilled = kill?.moment === moment && counts[moment] > kill.call;
    if (isDead || isKilled) throw killed;
  };
  remote.before = () => {
    count('before');
  };
  remote.after = async () => {
    await expectNoMetaWithoutBlobs(remote);
    count('after');
  };
  await expectNoMetaWithoutBlobs(remote);
}

async function expectAllTold({ remote, journal }: Tiers): Promise<void> {
  await checked(remote);
  for (const blob of [page, ...listed]) assert.equal(await remote.hasBlob(blob), true);
  const [found] = await remote.cache.getMetas([snapshot.key]);
  assert.ok(found?.hit);
  for (const entry of [other, late, beside]) await expectHit(remote.cache, entry);
  await expectMiss(remote.cache, 'outdated', 'absent');
  assert.equal(journal.hasWork(), false);
}

/** Also of those that an index blob lists; and no reference without its snapshot. */
async function expectNoMetaWithoutBlobs({ metas, blobs }: FakeTier): Promise<void> {
  for await (const key of metas.list()) {
    const [bytes] = await metas.getMany([key]);
    const decoded = decodeMeta(bytes!, checksumOf);
    assert.ok(decoded.ok);
    const { key: name } = decoded.meta;
    if (typeof name === 'string' && name.startsWith('ref')) {
      assert.ok((await metas.getMany([keyHashOf(snapshot.key)]))[0], 'no reference without its snapshot');
    }
    const named = [...decoded.meta.blobs.values()];
    const pages = await blobs.getMany(named.filter(({ index }) => index));
    const refs: BlobRef[] = [...named];
    for (const result of pages) {
      assert.ok(result.found);
      refs.push(...decodeIndex(result.bytes)!.flatMap((line) => line.refs));
    }
    assert.deepEqual(await blobs.findMissing(refs), [], JSON.stringify(decoded.meta.key));
  }
}

async function drain({ journal, local, remote }: Tiers) {
  return await drainJournal({ journal, from: local.cache, to: remote.cache });
}
