import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { Keyv } from 'keyv';
import { damages, noise, bytesBlob, textBlob } from '@cleanmiss/conformance';
import { keyHashOf, StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { openKeyvStore } from '@cleanmiss/keyv-backend';
import { plainFixture } from './support/keyv-fixture.js';
import { ForgivingAdapter, SilentAdapter } from './support/scripted-adapter.js';

const blob = bytesBlob(noise(5000));
const good = textBlob('not damaged');
const key = keyHashOf('key');

/** What may stand in the place of a value, to the adapter. */
const garbage: Readonly<Record<string, string>> = {
  nothing: '',
  'a text that is no JSON': 'garbage',
  null: 'null',
  'a number': '7',
  'an empty object': '{}',
  'a value that is no text': '{"value":{"a":1}}',
  'an empty value': '{"value":""}',
  'no size': '{"value":"r::AAAA"}',
  'a size that is too great for a number': '{"value":"r:9999999999999999:AAAA"}',
  'a great size': '{"value":"r:999999999999999:AAAA"}',
  'an unknown codec': '{"value":"x:5000:AAAA"}',
  'what cannot be unpacked': '{"value":"d:5000:AAAA"}',
  'another length than it says': '{"value":"r:5000:AAAA"}',
  'a Buffer': '{"value":":base64:AAAA"}',
};

describe('a value of a blob that is damaged', () => {
  for (const adapter of [new SilentAdapter('redis'), new ForgivingAdapter('etcd')]) {
    const asked = adapter instanceof SilentAdapter ? 'in a batch' : 'key by key';
    for (const [name, text] of Object.entries(garbage)) {
      it(`is a miss, and those beside it are none, asked ${asked}: ${name}`, async () => {
        adapter.values.clear();
        const fixture = plainFixture(new Keyv(adapter));
        const { blobs } = fixture.tier;
        await blobs.putMany([blob, good]);
        await fixture.raw.set(fixture.keyOf(blob.ref.digest), text);
        const verified = await new VerifyingBlobStore(blobs).getMany([blob.ref, good.ref]);
        assert.equal(verified[0]?.found, false);
        assert.deepEqual(verified[1], { found: true, bytes: Buffer.from(good.bytes) });
        // The verifying store has had it removed.
        assert.deepEqual(await blobs.findMissing([blob.ref, good.ref]), [blob.ref]);
        await blobs.putMany([blob]);
        assert.deepEqual(await blobs.findMissing([blob.ref, good.ref]), []);
      });
    }
  }

  it('is not unpacked into more than the blob is long', async () => {
    const fixture = plainFixture(new Keyv(new ForgivingAdapter()));
    const { blobs } = fixture.tier;
    const piece = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
    const bomb = Buffer.concat(Array.from({ length: 32 }, () => piece)).toString('base64');
    await fixture.raw.set(fixture.keyOf(blob.ref.digest), JSON.stringify({ value: `d:5000:${bomb}` }));
    const before = process.resourceUsage().maxRSS;
    assert.deepEqual(await blobs.getMany([blob.ref]), [{ found: true, bytes: new Uint8Array(0) }]);
    assert.ok(process.resourceUsage().maxRSS - before < 128 * 1024, 'in kilobytes, of 512 MiB');
  });

  it('of an empty blob is no empty blob', async () => {
    const fixture = plainFixture(new Keyv(new ForgivingAdapter()));
    const empty = bytesBlob(new Uint8Array(0));
    await fixture.raw.set(fixture.keyOf(empty.ref.digest), 'garbage');
    assert.deepEqual(await fixture.tier.blobs.getMany([empty.ref]), [
      { found: true, bytes: new Uint8Array(1) },
    ]);
  });
});

describe('a value of a meta that is damaged', () => {
  const values = {
    ...garbage,
    'a long meta of an impossible length': `{"value":"p:${'a'.repeat(64)}:99999999"}`,
  };
  for (const [name, text] of Object.entries(values)) {
    it(`is bytes that are no meta: ${name}`, async () => {
      const adapter = new SilentAdapter('redis');
      const { metas } = openKeyvStore({ keyv: new Keyv(adapter) });
      await metas.put(key, Buffer.from('meta'));
      await adapter.set([...adapter.values.keys()][0]!, text);
      assert.deepEqual(await metas.getMany([key]), [new Uint8Array(0)]);
    });
  }

  for (const [name, change] of Object.entries(damages)) {
    it(`does not hide the others: ${name}`, async () => {
      const adapter = new SilentAdapter('redis');
      const { metas } = openKeyvStore({ keyv: new Keyv(adapter) });
      await metas.put(key, Buffer.from('meta'));
      const [[stored, { text }] = assert.fail()] = [...adapter.values];
      await metas.put(keyHashOf('other'), Buffer.from('other meta'));
      await adapter.set(stored, Buffer.from(change(Buffer.from(text))).toString('latin1'));
      const [, other] = await metas.getMany([key, keyHashOf('other')]);
      assert.deepEqual(other, Buffer.from('other meta'));
    });
  }
});

describe('a Keyv', () => {
  it('takes a key of a megabyte, and names that every object has', async () => {
    const { blobs, metas } = openKeyvStore({ keyv: new Keyv(new SilentAdapter('redis')) });
    const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer: 'test' });
    for (const long of [Buffer.from(noise(768 * 1024)).toString('base64'), '__proto__']) {
      await cache.put({ key: long, blobs: { ['__proto__']: blob.bytes } });
      const found = await cache.get(long);
      assert.ok(found.hit && Buffer.compare(found.blobs.get('__proto__')!, blob.bytes) === 0);
    }
  });

  it('that compresses, or whose namespace begins like our keys, is refused', () => {
    const compression = { compress: (value: unknown) => value, decompress: (value: unknown) => value };
    assert.throws(() => openKeyvStore({ keyv: new Keyv({ compression }) }), { code: 'ERR_INVALID_OPTION' });
    for (const namespace of ['cleanmiss', 'cleanmiss:1:default']) {
      assert.throws(() => openKeyvStore({ keyv: new Keyv({ namespace }) }), { code: 'ERR_INVALID_OPTION' });
    }
  });

  it('that does not serialize is as good as one that does', async () => {
    const keyv = new Keyv();
    keyv.serialize = undefined;
    keyv.deserialize = undefined;
    const { blobs } = openKeyvStore({ keyv });
    await blobs.putMany([blob]);
    assert.deepEqual(await blobs.getMany([blob.ref]), [{ found: true, bytes: Buffer.from(blob.bytes) }]);
  });

  it('whose adapter lists nothing has no list of metas', async () => {
    const adapter = new ForgivingAdapter();
    Object.assign(adapter, { iterator: undefined });
    const { metas } = openKeyvStore({ keyv: new Keyv(adapter) });
    await assert.rejects(
      async () => {
        for await (const hash of metas.list()) assert.fail(`${hash} is listed`);
      },
      { code: 'ERR_INVALID_STATE' },
    );
  });

  it('lists the metas of its own namespace alone', async () => {
    const adapter = new ForgivingAdapter();
    for (const namespace of ['b', 'a.b', 'a/b']) {
      const { metas, blobs } = openKeyvStore({ keyv: new Keyv(adapter), namespace });
      await metas.put(keyHashOf(namespace), Buffer.from('meta'));
      await blobs.putMany([blob]);
    }
    await adapter.set('cleanmiss:1:b:m:nothing', 'text');
    const listed: string[] = [];
    for await (const hash of openKeyvStore({ keyv: new Keyv(adapter), namespace: 'b' }).metas.list()) {
      listed.push(hash);
    }
    assert.deepEqual(listed, [keyHashOf('b')]);
  });
});
