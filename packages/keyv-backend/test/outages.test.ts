import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Keyv } from 'keyv';
import { textBlob } from '@cleanmiss/conformance';
import { isOutage, keyHashOf, type CallOptions } from '@cleanmiss/core';
import { openKeyvStore, type KeyvTier } from '@cleanmiss/keyv-backend';
import { ForgivingAdapter, ScriptedAdapter, SilentAdapter } from './support/scripted-adapter.js';

const [a, b] = [textBlob('blob a'), textBlob('blob b')];
const key = keyHashOf('key');
const down = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

/** Everything that a tier can be asked. */
const calls: Readonly<Record<string, (tier: KeyvTier, options?: CallOptions) => Promise<unknown>>> = {
  'read of blobs': ({ blobs }, options) => blobs.getMany([a.ref, b.ref], options),
  'write of blobs': ({ blobs }, options) => blobs.putMany([a, b], options),
  'look for blobs': ({ blobs }, options) => blobs.findMissing([a.ref, b.ref], options),
  'removal of blobs': ({ blobs }, options) => blobs.deleteMany([a.ref.digest], options),
  'removal of damage': ({ blobs }, options) => blobs.quarantineMany([a.ref], options),
  'read of metas': ({ metas }, options) => metas.getMany([key], options),
  'write of a meta': ({ metas }, options) => metas.put(key, Buffer.from('meta'), options),
  'removal of a meta': ({ metas }, options) => metas.delete(key, options),
  'list of metas': async ({ metas }, options) => {
    for await (const hash of metas.list(options)) assert.fail(`${hash} is listed`);
  },
};

describe('a store that is down', () => {
  const adapters = {
    'rejects each call': () => new ScriptedAdapter('redis'),
    'answers undefined to a batch that failed': () => new ForgivingAdapter('etcd'),
    'reports errors by events alone': () => new SilentAdapter('redis'),
  };
  for (const [habit, open] of Object.entries(adapters)) {
    for (const [name, call] of Object.entries(calls)) {
      it(`is an outage to a ${name}, where the adapter ${habit}`, async () => {
        const adapter = open();
        const tier = tierOn(adapter);
        adapter.fail(down);
        await assert.rejects(call(tier), (error: Error) => {
          assert.ok(isOutage(error));
          assert.equal(error.message, 'a Keyv store: connect ECONNREFUSED 127.0.0.1:1');
          assert.equal(error.cause, down);
          return true;
        });
      });
    }
  }

  it('is one when it answers false instead of storing', async () => {
    const adapter = new ScriptedAdapter();
    adapter.set = async () => false;
    await assert.rejects(tierOn(adapter).blobs.putMany([a]), isOutage);
    await assert.rejects(tierOn(adapter).metas.put(key, Buffer.from('meta')), isOutage);
  });

  it('is one when one key of a batch cannot be asked for', async () => {
    const adapter = new ForgivingAdapter();
    const { blobs } = tierOn(adapter);
    await blobs.putMany([a, b]);
    adapter.before = (_, name) => (name.includes(b.ref.digest) ? Promise.reject(down) : Promise.resolve());
    await assert.rejects(blobs.getMany([a.ref, b.ref]), isOutage);
    await assert.rejects(blobs.deleteMany([b.ref.digest]), isOutage);
  });

  it('is one when it does not answer each key', async () => {
    const adapter = new SilentAdapter('redis');
    adapter.getMany = async () => [];
    await assert.rejects(tierOn(adapter).blobs.getMany([a.ref]), isOutage);
  });

  it('is none any more when it is up again', async () => {
    const adapter = new SilentAdapter('redis');
    const { blobs } = tierOn(adapter);
    await blobs.putMany([a]);
    adapter.fail(down);
    await assert.rejects(blobs.getMany([a.ref]), isOutage);
    adapter.before = async () => {};
    assert.deepEqual(await blobs.findMissing([a.ref, b.ref]), [b.ref]);
  });

  it('is named in the message, and its secrets are not, nor is its error as a cause where it holds one', async () => {
    const adapter = new ScriptedAdapter();
    const tier = openKeyvStore({ keyv: new Keyv(adapter), name: 'a store', secrets: ['pa$$'] });
    adapter.fail(new Error('no login\nas me:pa$$ at redis://me:other@host'));
    await assert.rejects(tier.blobs.getMany([a.ref]), (error: Error) => {
      assert.equal(error.message, 'a store: no login as me:*** at redis://***@host');
      assert.equal((error.cause as Error).message, 'no login as me:*** at redis://***@host');
      return true;
    });
  });
});

describe('a store that does not answer', () => {
  for (const [name, call] of Object.entries(calls)) {
    it(`ends a ${name} with its signal's reason`, async () => {
      const adapter = new ScriptedAdapter('sqlite');
      const hanging = adapter.hang();
      const deadline = new AbortController();
      const asked = call(tierOn(adapter), { signal: deadline.signal });
      await hanging;
      const reason = new Error('nobody waits any more');
      deadline.abort(reason);
      await assert.rejects(asked, (error) => error === reason);
    });

    it(`does not begin a ${name} whose signal has ended`, async () => {
      const adapter = new ScriptedAdapter('sqlite');
      const begun = operationsOf(adapter);
      const reason = new Error('too late');
      const asked = call(tierOn(adapter), { signal: AbortSignal.abort(reason) });
      await assert.rejects(asked, (error) => error === reason);
      assert.deepEqual(begun, []);
    });
  }

  it('is down as soon as it reports an error', async () => {
    const adapter = new ScriptedAdapter('mongo');
    const hanging = adapter.hang();
    const asked = tierOn(adapter).blobs.getMany([a.ref]);
    await hanging;
    adapter.emit('error', down);
    await assert.rejects(asked, isOutage);
  });

  it('may fail after the signal, and nobody is told', async () => {
    const adapter = new ScriptedAdapter();
    const late = new Promise<never>((_, reject) => {
      adapter.before = () => late;
      adapter.once('fail late', () => reject(down));
    });
    const deadline = new AbortController();
    const asked = tierOn(adapter).blobs.getMany([a.ref], { signal: deadline.signal });
    deadline.abort(new Error('enough'));
    await assert.rejects(asked, { message: 'enough' });
    adapter.emit('fail late');
    // An error that nobody catches would end the process in this turn.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a tier that was closed', () => {
  for (const [name, call] of Object.entries(calls)) {
    it(`ends a ${name} that is under way, and begins no other`, async () => {
      const adapter = new ScriptedAdapter('sqlite');
      const hanging = adapter.hang();
      const tier = tierOn(adapter);
      const asked = call(tier);
      await hanging;
      await Promise.all([assert.rejects(asked, isOutage), tier.close()]);
      const begun = operationsOf(adapter);
      await assert.rejects(call(tier), isOutage);
      assert.deepEqual(begun, []);
    });
  }

  it('has told its adapter, and does not mind that it fails', async () => {
    const adapter = new ScriptedAdapter();
    let told = 0;
    const disconnect = () => {
      told += 1;
      return Promise.reject(down);
    };
    await tierOn(Object.assign(adapter, { disconnect })).close();
    assert.equal(told, 1);
  });
});

function operationsOf(adapter: ScriptedAdapter): readonly string[] {
  const begun: string[] = [];
  adapter.before = async (operation) => {
    begun.push(operation);
  };
  return begun;
}

function tierOn(adapter: ScriptedAdapter): KeyvTier {
  return openKeyvStore({ keyv: new Keyv(adapter) });
}
