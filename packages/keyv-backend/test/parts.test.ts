import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Keyv } from 'keyv';
import { bytesBlob, noise, textBlob, textBlobs } from '@cleanmiss/conformance';
import { keyHashOf } from '@cleanmiss/core';
import { openKeyvStore } from '@cleanmiss/keyv-backend';
import { plainFixture, type KeyvFixture } from './support/keyv-fixture.js';
import { ScriptedAdapter, SilentAdapter } from './support/scripted-adapter.js';

const partBytes = 1024;
const long = bytesBlob(noise(20 * partBytes + 1));
const other = textBlob('other');

describe('a long blob', () => {
  it('is missing when a part of it is, until it is put again', async () => {
    for (const part of [0, 1, 9, 20]) {
      const fixture = open();
      const { blobs } = fixture.tier;
      await blobs.putMany([long, other]);
      mapOf(fixture).delete(fixture.keyOf(long.ref.digest, part));
      assert.deepEqual(await blobs.findMissing([long.ref, other.ref]), [long.ref]);
      const [result] = await blobs.getMany([long.ref]);
      assert.deepEqual(result, { found: false, reason: 'blob-missing' });
      await blobs.putMany([long]);
      await expectThere(fixture);
    }
  });

  it('is damaged when a part of it is, and quarantined whole', async () => {
    const fixture = open();
    const { blobs } = fixture.tier;
    await blobs.putMany([long, other]);
    await fixture.damage(long.ref.digest, () => Buffer.from('{"value":"r:3:AAAA"}'), 12);
    const [result] = await blobs.getMany([long.ref]);
    assert.deepEqual(result, { found: true, bytes: new Uint8Array(0) });
    await blobs.quarantineMany([long.ref, other.ref]);
    assert.deepEqual([...mapOf(fixture).keys()], [fixture.keyOf(other.ref.digest)]);
  });

  it('with the parts of another of the same length is damaged', async () => {
    const fixture = open();
    const twin = bytesBlob(noise(20 * partBytes + 1, 2));
    await fixture.tier.blobs.putMany([long, twin]);
    const foreign = await fixture.textOf(twin.ref.digest, 3);
    await fixture.raw.set(fixture.keyOf(long.ref.digest, 3), foreign!);
    await fixture.tier.blobs.quarantineMany([long.ref, twin.ref]);
    assert.deepEqual(await fixture.tier.blobs.findMissing([long.ref, twin.ref]), [long.ref]);
  });

  it('leaves nothing when it is deleted', async () => {
    const fixture = open();
    await fixture.tier.blobs.putMany([long, other]);
    await fixture.tier.blobs.deleteMany([long.ref.digest]);
    assert.deepEqual([...mapOf(fixture).keys()], [fixture.keyOf(other.ref.digest)]);
  });

  it('whose first part says that it is endless is deleted in bounded time', async () => {
    const fixture = open();
    const { blobs } = fixture.tier;
    await blobs.putMany([long, other]);
    await fixture.damage(long.ref.digest, () => Buffer.from('{"value":"r:9007199254740991:AAAA"}'));
    await blobs.quarantineMany([{ ...long.ref, size: Number.MAX_SAFE_INTEGER }]);
    assert.deepEqual([...mapOf(fixture).keys()], [fixture.keyOf(other.ref.digest)]);
  });

  it('that a ref says to be endless is missing', async () => {
    const { tier } = open();
    await tier.blobs.putMany([long]);
    const ref = { ...long.ref, size: Number.MAX_SAFE_INTEGER };
    assert.deepEqual(await tier.blobs.findMissing([ref, long.ref]), [ref]);
    assert.equal((await tier.blobs.getMany([other.ref, ref]))[0]?.found, false);
  });
});

describe('no value', () => {
  it('is longer than a part in base64, whatever is stored', async () => {
    const fixture = open();
    await fixture.tier.blobs.putMany([long, bytesBlob(Buffer.alloc(10 * partBytes))]);
    await fixture.tier.metas.put(keyHashOf('long'), long.bytes);
    await fixture.tier.metas.put(keyHashOf('as long as can be'), noise(partBytes));
    for (const text of mapOf(fixture).values()) {
      const { value } = JSON.parse(text) as { value: string };
      assert.ok(value.length <= (partBytes * 4) / 3 + 24, `${value.length} letters`);
    }
  });

  it('is longer than memcached takes, by default', async () => {
    const fixture = plainFixture(new Keyv());
    await fixture.tier.blobs.putMany([bytesBlob(noise(3 * 1024 * 1024))]);
    await fixture.tier.metas.put(keyHashOf('long'), noise(3 * 1024 * 1024));
    const lengths = [...mapOf(fixture)].map(([key, text]) => key.length + text.length);
    assert.ok(Math.max(...lengths) < 1024 * 1024 - 1024);
    assert.equal(lengths.length, 13);
  });
});

describe('a long meta', () => {
  it('is absent when a part of it is gone, and damaged when one is', async () => {
    const fixture = open();
    const { metas } = fixture.tier;
    await metas.put(keyHashOf('key'), long.bytes);
    const part = [...mapOf(fixture).keys()].find((key) => key.endsWith(':20'))!;
    await fixture.raw.set(part, 'garbage');
    assert.deepEqual(await metas.getMany([keyHashOf('key')]), [new Uint8Array(0)]);
    mapOf(fixture).delete(part);
    assert.deepEqual(await metas.getMany([keyHashOf('key')]), [undefined]);
    await metas.put(keyHashOf('key'), long.bytes);
    assert.deepEqual(await metas.getMany([keyHashOf('key')]), [Buffer.from(long.bytes)]);
  });

  it('is stored before the value that names it, and listed once', async () => {
    const adapter = new ScriptedAdapter();
    const { metas } = openKeyvStore({ keyv: new Keyv(adapter), partBytes });
    await metas.put(keyHashOf('key'), long.bytes);
    assert.equal(
      adapter.stored.findIndex((key) => key.includes(':m:')),
      adapter.stored.length - 1,
    );
    const listed: string[] = [];
    for await (const key of metas.list()) listed.push(key);
    assert.deepEqual(listed, [keyHashOf('key')]);
  });

  it('that is no meta any more, so long it is, is refused', async () => {
    const { metas } = open().tier;
    const tooLong = Buffer.alloc(16 * 1024 * 1024 + 1);
    await assert.rejects(metas.put(keyHashOf('key'), tooLong), { code: 'ERR_INVALID_OPTION' });
  });
});

describe('a batch', () => {
  it('has at most 512 keys, and about 4 MiB of content', async () => {
    const adapter = new SilentAdapter('redis');
    const sizes: number[] = [];
    const getMany = adapter.getMany.bind(adapter);
    adapter.getMany = async (keys) => {
      sizes.push(keys.length);
      return getMany(keys);
    };
    const { blobs } = openKeyvStore({ keyv: new Keyv(adapter) });
    await blobs.findMissing(textBlobs(1100).map(({ ref }) => ref));
    await blobs.findMissing([1, 2, 3].map((seed) => bytesBlob(noise(2_000_000, seed)).ref));
    assert.ok(sizes.every((size) => size <= 512));
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      1103,
    );
    assert.deepEqual(sizes.slice(-2), [2, 1]);
  });
});

function open(): KeyvFixture {
  return plainFixture(new Keyv(), { partBytes });
}

function mapOf({ raw }: KeyvFixture): Map<string, string> {
  return raw as Map<string, string>;
}

async function expectThere({ tier }: KeyvFixture): Promise<void> {
  const [result] = await tier.blobs.getMany([long.ref]);
  assert.ok(result?.found);
  assert.equal(Buffer.compare(result.bytes, long.bytes), 0);
}
