import assert from 'node:assert/strict';
import type { Cache, CacheResult, Hit, JsonObject, Key, MissReason } from '@cleanmiss/core';

export interface Expected {
  readonly key: Key;
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  readonly attributes?: JsonObject;
}

export function text(content: string): Uint8Array {
  return Buffer.from(content);
}

export async function expectHit(cache: Cache, expected: Expected): Promise<Hit> {
  return assertHit(await cache.get(expected.key), expected);
}

export function assertHit(result: CacheResult | undefined, { key, blobs, attributes = {} }: Expected): Hit {
  assert.ok(result?.hit, `a hit, not ${result?.hit === false ? result.reason : 'nothing'}`);
  assert.deepEqual(result.meta.key, key);
  assert.deepEqual(result.meta.attributes, attributes);
  assert.deepEqual([...result.blobs.keys()].sort(), Object.keys(blobs).sort());
  assert.deepEqual([...result.meta.blobs.keys()].sort(), Object.keys(blobs).sort());
  for (const [name, bytes] of Object.entries(blobs)) {
    assert.ok(Buffer.compare(result.blobs.get(name)!, bytes) === 0, `blob ${JSON.stringify(name)} is exact`);
  }
  return result;
}

export async function expectMiss(cache: Cache, key: Key, reason: MissReason): Promise<void> {
  assert.deepEqual(await cache.get(key), { hit: false, reason });
}
