import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseRecord, revocationsKey, type Cache, type Clock } from '@cleanmiss/core';
import { loadConfig, openCache, type CacheMode, type OpenedCache } from '@cleanmiss/open-cache';
import { hearNews } from '../src/news.js';
import { changeRevocations, listRevocations, type TierRevocations } from '../src/revoke.js';

interface MachineOptions {
  readonly mode?: CacheMode;
  readonly clock?: Clock;
}

/** Machines that share a remote. */
function team(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'cleanmiss-revoke-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const remote = join(directory, 'remote');
  mkdirSync(remote);
  return (name: string, { mode = 'read-write', ...options }: MachineOptions = {}): OpenedCache => {
    const env = {
      CLEANMISS_REMOTE: `file://${remote}`,
      CLEANMISS_LOCAL: join(directory, name),
      CLEANMISS_MODE: mode,
    };
    const config = loadConfig({ root: directory, cwd: directory, env, flags: {} });
    const opened = openCache(config, { writer: name, ...options });
    t.after(() => opened.close());
    return opened;
  };
}

/** Does `step` before the next put there arrives. */
function beforePut(opened: OpenedCache, step: () => Promise<unknown>): OpenedCache {
  let isDone = false;
  const between = (own: Cache): Cache =>
    Object.assign(Object.create(own) as Cache, {
      getMetas: own.getMetas.bind(own),
      put: async (...args: Parameters<Cache['put']>) => {
        if (!isDone) {
          isDone = true;
          await step();
        }
        await own.put(...args);
      },
    });
  return { ...opened, remotes: opened.remotes.map((remote) => ({ ...remote, own: between(remote.own) })) };
}

const atOnce = () => Promise.resolve();

function revoke(opened: OpenedCache, writer: string, pause = atOnce) {
  return changeRevocations(opened, { add: { writer, at: 1 } }, pause);
}

function writersIn(tiers: readonly TierRevocations[]): readonly unknown[] {
  return tiers.flatMap(({ revocations }) => revocations.map(({ writer }) => writer)).sort();
}

async function said({ remotes }: OpenedCache): Promise<readonly unknown[]> {
  const [found] = await remotes[0]!.own.getMetas([revocationsKey]);
  const { revocations } = parseRecord(found!.hit ? found!.meta.attributes : {});
  return revocations.map(({ writer }) => writer).sort();
}

describe('who revokes something while somebody else does', () => {
  it('is heard beside him, where each writes before the other has looked again', async (t) => {
    const machine = team(t);
    const arrived = deferred();
    const a = revoke(machine('a'), 'x', () => arrived.promise);
    // b has looked before a wrote, and writes before a looks again.
    const b = beforePut(machine('b'), async () => {
      await until(async () => (await said(machine('c'))).includes('x'));
    });
    await revoke(b, 'y', async () => {
      arrived.resolve();
      await a;
    });
    await a;
    assert.deepEqual(await said(machine('c')), ['x', 'y']);
  });

  it('is heard with the next news where he was written over after he had looked', async (t) => {
    const machine = team(t);
    const a = machine('a');
    await revoke(
      beforePut(machine('b'), () => revoke(a, 'x')),
      'y',
    );
    await hearNews(a.remotes[0]!, a);
    assert.deepEqual(await said(machine('c')), ['x', 'y']);
  });

  it('is heard beside news that were put in between', async (t) => {
    const [machine, weekMs] = [team(t), 8 * 24 * 60 * 60 * 1000];
    await revoke(machine('a'), 'x');
    const late = beforePut(machine('b'), () => revoke(machine('c'), 'y'));
    await hearNews(late.remotes[0]!, late, { now: () => Date.now() + weekMs });
    const c = machine('c');
    await hearNews(c.remotes[0]!, c);
    assert.deepEqual(await said(machine('d')), ['x', 'y']);
  });

  it('is told where it does not come to rest', async (t) => {
    const machine = team(t);
    const [a, b] = [machine('a'), machine('b')];
    const stubborn = async () => {
      await b.remotes[0]!.own.put({ key: revocationsKey, blobs: {}, attributes: { revocations: [] } });
    };
    await assert.rejects(revoke(a, 'x', stubborn), { code: 'ERR_OUTAGE', message: /at the same time/ });
  });
});

describe('what is revoked', () => {
  it('is told once more to a remote that has lost it, by whoever has heard it and may', async (t) => {
    const machine = team(t);
    const a = machine('a');
    await revoke(a, 'x');
    await a.remotes[0]!.own.delete(revocationsKey);
    const reader = machine('reader', { mode: 'read' });
    await hearNews(reader.remotes[0]!, reader);
    assert.deepEqual(await said(a), []);
    await hearNews(a.remotes[0]!, a);
    assert.deepEqual(await said(a), ['x']);
  });

  it('and taken back stays so, whatever those say who have not heard it', async (t) => {
    const machine = team(t);
    const [a, b] = [machine('a'), machine('b')];
    const [tier] = await revoke(a, 'x');
    await hearNews(b.remotes[0]!, b);
    await changeRevocations(a, { remove: tier!.revocations[0]!.id }, atOnce);
    assert.deepEqual(writersIn(await revoke(b, 'y')), ['y']);
    assert.deepEqual(await said(a), ['y']);
    const again = await changeRevocations(a, { add: { writer: 'x', at: 2 } }, atOnce);
    assert.deepEqual(writersIn(again), ['x', 'y'], 'until it is revoked again');
  });

  it('twice is one, by the words of the last', async (t) => {
    const a = team(t)('a');
    await revoke(a, 'x');
    const [tier] = await changeRevocations(a, { add: { writer: 'x', at: 2, why: 'stolen' } }, atOnce);
    assert.deepEqual(
      tier!.revocations.map(({ at, why }) => [at, why]),
      [[2, 'stolen']],
    );
  });

  it('is not forgotten because somebody fills the record', async (t) => {
    const machine = team(t);
    const a = machine('a');
    await revoke(a, 'x');
    const many = Array.from({ length: 10_000 }, (_, i) => ({ writer: `w${i}` }));
    await machine('b').remotes[0]!.own.put({
      key: revocationsKey,
      blobs: {},
      attributes: { revocations: many },
    });
    const tiers = await revoke(machine('c'), 'y');
    assert.equal(tiers[0]!.revocations.length, 1000);
    assert.ok(writersIn(tiers).includes('y'));
    await machine('b').remotes[0]!.own.put({
      key: revocationsKey,
      blobs: {},
      attributes: { revocations: [{ since: 1e300 }] },
    });
    assert.deepEqual(writersIn(await listRevocations(a)), ['x'], 'what was heard before stands');
  });

  it('on this machine alone is not forgotten where another process writes over it', async (t) => {
    const machine = team(t);
    const alone = () => ({ ...machine('a'), remotes: [] });
    const tiers = { local: { revocations: [{ writer: 'y' }] } };
    const others = [{ tiers }, { tiers }];
    await revoke(alone(), 'x', async () => {
      const attributes = others.pop();
      if (attributes) await machine('a').local.put({ key: revocationsKey, blobs: {}, attributes });
    });
    assert.deepEqual(writersIn(await listRevocations(alone())), ['x', 'y']);
  });

  it('is refused where nothing would come of it', async (t) => {
    const machine = team(t);
    for (const mode of ['read', 'off'] as const) {
      const refused = { code: 'ERR_CONFIG', message: new RegExp(`mode is ${mode}`) };
      await assert.rejects(revoke(machine('a', { mode }), 'x'), refused);
      await assert.rejects(revoke({ ...machine('a', { mode }), remotes: [] }, 'x'), refused);
    }
    await assert.rejects(changeRevocations(machine('a'), { remove: '0123456789ab' }, atOnce), {
      code: 'ERR_INVALID_OPTION',
      message: /nothing is revoked by the id 0123456789ab/,
    });
  });
});

describe('a machine that stores nothing', () => {
  it('remembers what it has heard, and hears again after 10 minutes', async (t) => {
    const machine = team(t);
    await revoke(machine('a'), 'x');
    const clock = { time: Date.now(), now: () => clock.time };
    const reader = machine('reader', { mode: 'read', clock });
    assert.ok(reader.remotes[0]!.isNewsDue());
    await hearNews(reader.remotes[0]!, reader);
    assert.ok(!reader.remotes[0]!.isNewsDue());
    clock.time += 11 * 60 * 1000;
    assert.ok(reader.remotes[0]!.isNewsDue());
    const next = machine('reader', { mode: 'read' });
    await next.revocations.load();
    assert.deepEqual(
      next.revocations.list.revocations.map(({ writer }) => writer),
      ['x'],
    );
  });
});

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
