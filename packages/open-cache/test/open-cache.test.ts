import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it, type TestContext } from 'node:test';
import {
  onCacheEvent,
  openCache,
  type CacheConfig,
  type CacheError,
  type CacheEvent,
  type OpenedCache,
} from '@cleanmiss/open-cache';

const entry = { key: { checker: 'mine', module: 'm' }, blobs: { tree: Buffer.from('content') } };

describe('an opened cache', () => {
  it('refuses a remote that is none, in a URL alone and in an object', (t) => {
    const { folder } = fresh(t);
    for (const remote of ['cache.example', { url: 'cache.example' }, 'gopher://cache.example'])
      assert.throws(
        () => openCache({ local: folder, remotes: [remote] }),
        (error: CacheError) => error.code === 'ERR_CONFIG' && !error.message.includes('cache.example'),
      );
  });

  it('that cannot use its store misses, drops what is put, and tells of both', async (t) => {
    const { folder } = fresh(t);
    writeFileSync(join(folder, 'file'), '');
    const { opened, events } = open({ local: join(folder, 'file') });
    await opened.cache.put(entry);
    assert.deepEqual(await opened.cache.get(entry.key), { hit: false, reason: 'unavailable' });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['degraded', 'degraded', 'miss'],
    );
    await assert.rejects(opened.strict.put(entry));
  });

  it('that is off misses all, and leaves nothing', async (t) => {
    const { folder, local } = fresh(t);
    const { cache } = openCache({ local });
    await cache.put(entry);
    const off = open({ local, mode: 'off', remotes: [remoteIn(folder)] });
    assert.deepEqual(await off.opened.cache.get(entry.key), { hit: false, reason: 'absent' });
    const other = join(folder, 'other');
    await openCache({ local: other, mode: 'off' }).cache.put(entry);
    assert.equal(existsSync(other), false);
  });

  it('tells of each key once, and of none that it asks for itself, with scopes and remotes and without', async (t) => {
    const { folder } = fresh(t);
    const remotes = [remoteIn(folder)];
    const configs: readonly Partial<CacheConfig>[] = [
      {},
      { scopes: ['pr', 'main'] },
      { remotes },
      { remotes, scopes: ['pr', 'main'] },
    ];
    for (const [i, config] of configs.entries()) {
      const { opened, events } = open({ local: join(folder, `local-${i}`), ...config });
      await opened.cache.getMany([entry.key, 'absent']);
      await opened.cache.put(entry);
      await opened.cache.getMany([entry.key, 'absent']);
      const miss = { type: 'miss', reason: 'absent' };
      assert.deepEqual(events, [
        { ...miss, key: entry.key },
        { ...miss, key: 'absent' },
        { type: 'put', key: entry.key, bytes: 7 },
        { type: 'hit', key: entry.key, bytes: 7 },
        { ...miss, key: 'absent' },
      ]);
    }
  });

  it('publishes what it tells on the channels', async (t) => {
    const heard: CacheEvent[] = [];
    const ends = (['hit', 'miss', 'put'] as const).map((type) => onCacheEvent(type, (e) => heard.push(e)));
    t.after(() => {
      for (const end of ends) end();
    });
    const { opened, events } = open({ local: fresh(t).local });
    await opened.cache.get(entry.key);
    await opened.cache.put(entry);
    await opened.cache.get(entry.key);
    assert.equal(heard.length, 3);
    assert.deepEqual(heard, events);
  });

  it('brings to a remote what was put, and another machine finds it there', async (t) => {
    const { folder, local } = fresh(t);
    const remotes = [remoteIn(folder)];
    const mine = openCache({ local, remotes });
    await mine.cache.put(entry);
    const theirs = openCache({ local: join(folder, 'theirs'), remotes });
    assert.equal((await theirs.cache.get(entry.key)).hit, false);
    const [uploaded] = await mine.upload();
    assert.deepEqual([uploaded?.metas, uploaded?.blobs, uploaded?.failure], [1, 1, null]);
    const found = await theirs.cache.get(entry.key);
    assert.ok(found.hit);
    assert.deepEqual(Buffer.from(found.blobs.get('tree')!), entry.blobs.tree);
    assert.equal((await mine.upload())[0]?.batches, 0);
  });

  it('puts a whole project at once under one signal, without a warning of Node’s', async (t) => {
    const { folder, local } = fresh(t);
    const warnings: Error[] = [];
    const hear = (warning: Error) => void warnings.push(warning);
    process.on('warning', hear);
    t.after(() => process.off('warning', hear));
    const opened = openCache({ local, remotes: [remoteIn(folder)] });
    const entries = Array.from({ length: 50 }, (_, i) => ({ ...entry, key: i }));
    await opened.cache.putMany(entries);
    const [uploaded] = await opened.upload({ signal: new AbortController().signal });
    assert.equal(uploaded?.metas, 50);
    assert.deepEqual(warnings, []);
  });

  it('says which remote was not told, and why; the next process tells it', async (t) => {
    const { folder, local } = fresh(t);
    const away = join(folder, 'away');
    const remotes = [pathToFileURL(away).href];
    const first = open({ local, remotes });
    await first.opened.cache.put(entry);
    const [failed] = await first.opened.upload();
    assert.equal(failed?.remote, away);
    assert.notEqual(failed.failure, null);
    mkdirSync(away);
    // Else it is left alone for a while.
    const memories = readdirSync(join(local, 'remotes'), { recursive: true, encoding: 'utf8' });
    const breakers = memories.filter((path) => /(?:reads|writes)\.json$/.test(path));
    for (const path of breakers) rmSync(join(local, 'remotes', path));
    const [told] = await openCache({ local, remotes }).upload();
    assert.deepEqual([told?.metas, told?.failure], [1, null]);
  });
});

function open(config: CacheConfig): { readonly opened: OpenedCache; readonly events: readonly CacheEvent[] } {
  const events: CacheEvent[] = [];
  return { opened: openCache(config, { events: (event) => void events.push(event) }), events };
}

function fresh(t: TestContext): { readonly folder: string; readonly local: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cleanmiss-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return { folder, local: join(folder, 'local') };
}

function remoteIn(folder: string): string {
  const remote = join(folder, 'remote');
  mkdirSync(remote, { recursive: true });
  return pathToFileURL(remote).href;
}
