import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { noise } from '@cleanmiss/conformance';
import { startRedis } from '@cleanmiss/redis-fixture';
import { blob, openStore } from './support/redis-stores.js';

const server = await startRedis({ settings: { maxmemory: '5mb', 'maxmemory-policy': 'allkeys-lru' } });
after(() => server.stop());

describe('a server that evicts', () => {
  test('has each blob exactly or not at all, and says truly which', async () => {
    const { store, close } = openStore(server.url);
    const blobs = Array.from({ length: 120 }, (_, i) => blob(noise(100_000, i + 1)));
    await store.blobs.putMany(blobs);
    const refs = blobs.map(({ ref }) => ref);
    const results = await store.blobs.getMany(refs);
    const found = results.filter((result, i) => {
      if (!result.found) assert.equal(result.reason, 'blob-missing');
      else assert.ok(Buffer.compare(result.bytes, blobs[i]!.bytes) === 0);
      return result.found;
    });
    assert.ok(found.length > 0 && found.length < blobs.length, `${found.length} are left`);
    const missing = await store.blobs.findMissing(refs);
    const stillThere = refs.filter((ref) => !missing.includes(ref));
    assert.ok((await store.blobs.getMany(stillThere)).every((result) => result.found));
    close();
  });
});
