import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  keyHashOf,
  MemoryBlobStore,
  MemoryMetaStore,
  revocationsKey,
  StoredCache,
  type CacheEvent,
  type KeyHash,
  type RevocationRecord,
} from '@cleanmiss/core';
import { Revocations } from '../src/index.js';

/** What one machine has, and processes on it. */
class Host {
  readonly metas = new MemoryMetaStore();
  readonly events: CacheEvent[] = [];
  puts = 0;
  beforePut = () => {};
  afterPut: () => Promise<void> | void = () => {};

  constructor() {
    const put = this.metas.put.bind(this.metas);
    this.metas.put = async (key: KeyHash, bytes: Uint8Array) => {
      this.beforePut();
      this.puts += 1;
      await put(key, bytes);
      await this.afterPut();
    };
  }

  process({ isRemembered = true, scopes = [] }: { isRemembered?: boolean; scopes?: readonly string[] } = {}) {
    const { metas } = this;
    const local = new StoredCache({ blobs: new MemoryBlobStore(), metas, writer: 'test' });
    const events = (event: CacheEvent) => this.events.push(event);
    return new Revocations({ local, metas, isRemembered, scopes, events });
  }

  async known(): Promise<readonly unknown[]> {
    const next = this.process();
    await next.load();
    return next.list.revocations.map(({ writer }) => writer).sort();
  }
}

function by(...writers: readonly string[]): RevocationRecord {
  return { revocations: writers.map((writer) => ({ writer })), undone: [] };
}

describe('what a machine has heard to be revoked', () => {
  it('is known to the next process, and written once', async () => {
    const host = new Host();
    assert.ok(await host.process().learn('remote', by('x')));
    assert.ok(await host.process().learn('remote', by('x')));
    assert.deepEqual(await host.known(), ['x']);
    assert.equal(host.puts, 1);
  });

  it('is remembered beside what another process writes over it at the same time', async () => {
    const [host, other] = [new Host(), new Host()];
    await other.process().learn('other', by('y'));
    const [bytes] = await other.metas.getMany([keyHashOf(revocationsKey)]);
    host.afterPut = async () => {
      host.afterPut = () => {};
      await host.metas.put(keyHashOf(revocationsKey), bytes!);
    };
    await host.process().learn('remote', by('x'));
    assert.deepEqual(await host.known(), ['x', 'y']);
  });

  it('holds where it cannot be remembered, at one word to who listens, and is tried again', async () => {
    const host = new Host();
    host.beforePut = () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const revocations = host.process();
    assert.equal(await revocations.learn('remote', by('x')), false);
    assert.ok(revocations.list.revokes({ hands: [{ writer: 'x', first: 1, last: 1 }], attributes: {} }));
    assert.deepEqual(
      host.events.map(({ type }) => type),
      ['degraded'],
    );
    await assert.rejects(revocations.remember(), { code: 'ENOSPC' });
    host.beforePut = () => {};
    assert.ok(await revocations.learn('remote', by('x')));
    assert.deepEqual(await host.known(), ['x']);
  });

  it('is not remembered where the cache is off', async () => {
    const host = new Host();
    assert.equal(await host.process({ isRemembered: false }).learn('remote', by('x')), false);
    assert.equal(host.puts, 0);
  });

  it('holds in the scopes that look at where it was said, and in no other: a pull request revokes nothing of main', async () => {
    const host = new Host();
    await host.process({ scopes: ['pr-1', 'main'] }).learn('remote@pr-1', by('everybody'));
    const main = host.process({ scopes: ['main'] });
    await main.load();
    assert.deepEqual(main.list.revocations, []);
    await main.learn('remote@main', by('x'));
    const pull = host.process({ scopes: ['pr-1', 'main'] });
    await pull.load();
    assert.deepEqual(pull.list.revocations.map(({ writer }) => writer).sort(), ['everybody', 'x']);
  });

  it('stays within what a meta may hold, however many tiers say however much', async () => {
    const host = new Host();
    const revocations = host.process();
    for (const tier of ['a', 'b', 'c', 'd', 'e']) {
      const writers = Array.from({ length: 1000 }, (_, i) => `${tier}${i}`.padEnd(900, '.'));
      await revocations.learn(tier, by(...writers));
    }
    const known = await host.known();
    assert.deepEqual([known.length, host.events], [3000, []]);
    assert.ok(
      known.every((writer) => /^[cde]/.test(writer as string)),
      'what was heard last',
    );
  });
});
