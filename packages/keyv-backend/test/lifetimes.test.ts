import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Keyv } from 'keyv';
import { bytesBlob, noise, textBlob } from '@cleanmiss/conformance';
import { keyHashOf } from '@cleanmiss/core';
import { openKeyvStore, type KeyvStoreOptions } from '@cleanmiss/keyv-backend';
import { ScriptedAdapter } from './support/scripted-adapter.js';

const dayMs = 24 * 60 * 60 * 1000;
const blob = textBlob('blob');

describe('what is stored', () => {
  it('is gone when its time is over, and blobs live a quarter longer than metas', async () => {
    const { adapter, tier } = open({ ttlMs: 1000 });
    await tier.metas.put(keyHashOf('key'), Buffer.from('meta'));
    await tier.blobs.putMany([blob]);
    assert.deepEqual(ttlsIn(adapter), [1000, 1250]);
    for (const [key, { text, ttlMs }] of adapter.values) {
      const { value, expires } = JSON.parse(text) as { value: string; expires: number };
      adapter.values.set(key, { text: JSON.stringify({ value, expires: expires - 1300 }), ttlMs });
    }
    assert.deepEqual(await tier.metas.getMany([keyHashOf('key')]), [undefined]);
    assert.deepEqual(await tier.blobs.findMissing([blob.ref]), [blob.ref]);
    assert.deepEqual(await tier.blobs.getMany([blob.ref]), [{ found: false, reason: 'blob-missing' }]);
  });

  it('stays 30 days by default', async () => {
    const { adapter, tier } = open();
    await tier.metas.put(keyHashOf('key'), Buffer.from('meta'));
    await tier.blobs.putMany([blob]);
    assert.deepEqual(ttlsIn(adapter), [30 * dayMs, 37.5 * dayMs]);
  });

  it('is refused a life that is none', () => {
    for (const ttlMs of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => open({ ttlMs }), { code: 'ERR_INVALID_OPTION' });
    }
  });
});

describe('a blob that is found present', () => {
  it('outlives a meta that is put then, however old it is', async () => {
    let now = Date.now();
    const { adapter, tier } = open({ clock: { now: () => now } });
    await tier.blobs.putMany([blob]);
    const stored = Date.now();
    for (let day = 0; day < 37; day++) {
      now = stored + day * dayMs;
      const before = adapter.stored.length;
      assert.deepEqual(await tier.blobs.findMissing([blob.ref]), []);
      const renewed = adapter.stored.length > before;
      const [{ text } = assert.fail()] = adapter.values.values();
      const { expires } = JSON.parse(text) as { expires: number };
      // Keyv knows no clock but its own: a value that it stores now expires as if this were the first day.
      const life = renewed ? 37.5 * dayMs : expires - now;
      assert.ok(life >= 33 * dayMs, `on day ${day} there are ${life / dayMs} days left`);
    }
  });

  it('is not stored again each time', async () => {
    const { adapter, tier } = open();
    await tier.blobs.putMany([blob]);
    for (let i = 0; i < 3; i++) await tier.blobs.findMissing([blob.ref]);
    await tier.blobs.getMany([blob.ref]);
    assert.equal(adapter.stored.length, 1);
  });

  it('is missing, and not renewed, when it is old and damaged', async () => {
    const { adapter, tier } = open({ clock: { now: () => Date.now() + 20 * dayMs } });
    await tier.blobs.putMany([blob]);
    const [[key, { text }] = assert.fail()] = [...adapter.values];
    const damaged = { text: text.replace('r:4:YmxvYg==', 'r:4:AAAAAA=='), ttlMs: undefined };
    adapter.values.set(key, damaged);
    assert.deepEqual(await tier.blobs.findMissing([blob.ref]), [blob.ref]);
    assert.equal(adapter.values.get(key), damaged);
  });

  it('is renewed in all its parts', async () => {
    const { adapter, tier } = open({ clock: { now: () => Date.now() + 20 * dayMs }, partBytes: 1024 });
    const long = bytesBlob(noise(2500));
    await tier.blobs.putMany([long]);
    assert.deepEqual(await tier.blobs.findMissing([long.ref]), []);
    const [first, second, third, ...again] = adapter.stored;
    assert.deepEqual(again, [first, second, third]);
  });
});

function open(options: Partial<KeyvStoreOptions> = {}) {
  const adapter = new ScriptedAdapter();
  return { adapter, tier: openKeyvStore({ keyv: new Keyv(adapter), ...options }) };
}

function ttlsIn(adapter: ScriptedAdapter): readonly (number | undefined)[] {
  return [...adapter.values.values()].map(({ ttlMs }) => ttlMs);
}
