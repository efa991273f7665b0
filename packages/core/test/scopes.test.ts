import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScopeChain, ScopedKeysCache, type Cache } from '../src/index.js';
import { blobFrom, FakeTier } from './support/fake-tier.js';

const entry = (name: string, content: string) => ({ key: name, blobs: { data: Buffer.from(content) } });

async function contentOf(cache: Cache, key: string): Promise<string> {
  const found = await cache.get(key);
  return found.hit ? Buffer.from(found.blobs.get('data')!).toString() : found.reason;
}

describe('a pull request, in a scope of its own before main', () => {
  it('reads what main has, and shows main nothing of what it puts', async () => {
    const [pr, main] = [new FakeTier('pr'), new FakeTier('main')];
    await main.cache.put(entry('a', 'from main'));
    const chain = new ScopeChain(pr.cache, [main.cache]);
    assert.equal(await contentOf(chain, 'a'), 'from main');
    await chain.put(entry('a', 'from the pull request'));
    await chain.put(entry('b', 'from the pull request'));
    await chain.delete('c');
    assert.equal(await contentOf(chain, 'a'), 'from the pull request');
    assert.equal(await contentOf(main.cache, 'a'), 'from main');
    assert.equal(await contentOf(main.cache, 'b'), 'absent');
  });

  it('calls nothing of main that could change it', async () => {
    const [pr, main] = [new FakeTier('pr'), new FakeTier('main')];
    await main.cache.put(entry('a', 'from main'));
    main.before = (call) => {
      const reads = ['blobs.getMany', 'blobs.findMissing', 'metas.getMany'];
      assert.ok(reads.includes(call), call);
    };
    const chain = new ScopeChain(pr.cache, [main.cache]);
    const { ref } = blobFrom('from main');
    await chain.put(entry('a', 'mine'));
    await chain.delete('a');
    await chain.blobs.putMany([blobFrom('more')]);
    await chain.blobs.deleteMany([ref.digest]);
    await chain.blobs.quarantineMany([ref]);
    assert.equal(await contentOf(chain, 'a'), 'from main');
  });

  it('has still to store only what main has not got', async () => {
    const [pr, main] = [new FakeTier('pr'), new FakeTier('main')];
    await main.cache.blobs.putMany([blobFrom('shared')]);
    const chain = new ScopeChain(pr.cache, [main.cache]);
    const refs = [blobFrom('shared').ref, blobFrom('new').ref];
    assert.deepEqual(await chain.blobs.findMissing(refs), [refs[1]]);
    await chain.put({ key: 'a', blobs: { shared: refs[0]!, own: Buffer.from('new') } });
    const found = await chain.get('a');
    assert.ok(found.hit, 'an entry of one scope may need blobs of the next');
  });

  it('asks several trusted scopes in their order, and says of what is nowhere what says most', async () => {
    const [pr, release, main] = [new FakeTier('pr'), new FakeTier('release'), new FakeTier('main')];
    await release.cache.put(entry('a', 'release'));
    await main.cache.put(entry('a', 'main'));
    await main.cache.put(entry('b', 'main'));
    const chain = new ScopeChain(pr.cache, [release.cache, main.cache]);
    assert.equal(await contentOf(chain, 'a'), 'release');
    assert.equal(await contentOf(chain, 'b'), 'main');
    const { ref } = blobFrom('main');
    await main.blobs.deleteMany([ref.digest]);
    assert.equal(await contentOf(chain, 'b'), 'blob-missing');
    assert.equal(await contentOf(chain, 'c'), 'absent');
  });
});

describe('scopes of one store', () => {
  it('see nothing of each other, and nothing of what is in no scope', async () => {
    const { cache } = new FakeTier('shared');
    const [one, other] = [new ScopedKeysCache(cache, 'one'), new ScopedKeysCache(cache, 'other')];
    await cache.put(entry('a', 'none'));
    await one.put(entry('b', 'one'));
    assert.equal(await contentOf(one, 'a'), 'absent');
    assert.equal(await contentOf(other, 'b'), 'absent');
    assert.equal(await contentOf(cache, 'b'), 'absent');
    await other.delete('b');
    assert.equal(await contentOf(one, 'b'), 'one');
  });

  it('answer the key that was asked for, and put what comes after another after it', async () => {
    const { cache } = new FakeTier('shared');
    const scoped = new ScopedKeysCache(cache, 'one');
    await scoped.putMany([{ key: { ref: 1 }, blobs: {}, after: 'a' }, entry('a', 'x')]);
    const [found] = await scoped.getMetas([{ ref: 1 }]);
    assert.ok(found?.hit);
    assert.deepEqual(found.meta.key, { ref: 1 });
  });
});
