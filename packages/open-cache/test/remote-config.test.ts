import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CacheError } from '@cleanmiss/core';
import { configFileName, loadConfig, openCache, type ConfigLayer } from '@cleanmiss/open-cache';

const root = mkdtempSync(join(tmpdir(), 'cleanmiss-config-'));
after(() => {
  rmSync(root, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string>>;

function configOf(file: unknown, env: Environment = {}, flags: ConfigLayer = {}) {
  writeFileSync(join(root, configFileName), JSON.stringify(file));
  return loadConfig({ root, cwd: root, env, flags });
}

function problemOf(file: unknown, env: Environment = {}, flags: ConfigLayer = {}): CacheError {
  try {
    configOf(file, env, flags);
  } catch (error) {
    assert.ok(error instanceof CacheError && error.code === 'ERR_CONFIG', String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

describe('a remote in the configuration', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [7, /neither a URL nor an object/],
    [{}, /has no "url"/],
    ['host:6379', /a remote is a URL/],
    [{ url: 'redis://h', colour: 'red' }, /has a member "colour"; known are url, mode/],
    [{ url: 'redis://h', mode: 'write' }, /mode "write" is none of read, read-write, off/],
    [{ url: 'redis://h', deadlineMs: 0 }, /"deadlineMs" that is no number above zero/],
    [{ url: 'redis://h', ttlDays: '30' }, /"ttlDays" that is no number above zero/],
    [{ url: 'redis://h', namespace: 3 }, /"namespace" that is no text/],
  ];
  for (const [remote, pattern] of wrong) {
    it(`that is ${JSON.stringify(remote)} is refused with what is wrong`, () => {
      assert.match(problemOf({ remote }).message, pattern);
    });
  }

  it('of which nobody knows the scheme is refused when the cache is opened, without its password', () => {
    const config = configOf({ remote: 'ftp://me:hunter2@host' });
    assert.throws(
      () => openCache(config),
      (error: Error) =>
        error.message.includes('begins with one of file://') && !error.message.includes('hunter2'),
    );
  });

  it('that is no URL is refused without showing it: it may be a password', () => {
    assert.doesNotMatch(problemOf({}, { CLEANMISS_REMOTE: 'hunter2' }).message, /hunter2/);
  });

  it('has defaults, and may say otherwise', () => {
    const [plain, told] = configOf({
      remote: ['redis://h', { url: 'rediss://h', mode: 'read', namespace: 'a', ttlDays: 1, deadlineMs: 5 }],
    }).remotes;
    assert.deepEqual(plain, {
      url: 'redis://h',
      mode: 'read-write',
      namespace: 'default',
      ttlMs: 30 * 86_400_000,
      deadlineMs: 2000,
      connectTimeoutMs: 1000,
    });
    assert.deepEqual(
      [told?.mode, told?.namespace, told?.ttlMs, told?.deadlineMs],
      ['read', 'a', 86_400_000, 5],
    );
  });

  it('that wants a variable which is not set is left out with a notice, and the others stay', () => {
    const { remotes, notices } = configOf({ remote: ['redis://:${NOT_SET}@h', 'redis://other'] });
    assert.deepEqual(
      remotes.map(({ url }) => url),
      ['redis://other'],
    );
    assert.match(notices.join(), /is left out: the environment variable NOT_SET is not set/);
  });

  it('takes a password from the environment, whatever is in it', () => {
    const [remote] = configOf({ remote: 'redis://:${SECRET}@h' }, { SECRET: 'a/b@c:d#e' }).remotes;
    assert.equal(remote?.url, 'redis://:a%2Fb%40c%3Ad%23e@h');
  });

  it('has its namespace behind a #', () => {
    const { remotes } = configOf({}, { CLEANMISS_REMOTE: 'redis://h#team-a file:///mnt/x' });
    assert.deepEqual(
      remotes.map(({ url, namespace }) => [url, namespace]),
      [
        ['redis://h', 'team-a'],
        ['file:///mnt/x', 'default'],
      ],
    );
  });

  it('is overridden by the environment, and that by flags; off is none', () => {
    const file = { remote: 'redis://file' };
    const env = { CLEANMISS_REMOTE: 'redis://env', CLEANMISS_REMOTE_MODE: 'read' };
    const urls = (flags: ConfigLayer) =>
      configOf(file, env, flags).remotes.map(({ url, mode }) => [url, mode]);
    assert.deepEqual(urls({}), [['redis://env', 'read']]);
    assert.deepEqual(urls({ remote: 'redis://flag', remoteMode: 'off' }), [['redis://flag', 'off']]);
    assert.deepEqual(urls({ remote: 'off' }), []);
    assert.deepEqual(configOf(file, { CLEANMISS_REMOTE: '' }).remotes.length, 1);
  });

  it('may be waited for 3 seconds in all, or as long as somebody says', () => {
    assert.equal(configOf({}).budgetMs, 3000);
    assert.equal(configOf({ budgetMs: 10 }).budgetMs, 10);
    assert.equal(configOf({ budgetMs: 10 }, { CLEANMISS_BUDGET_MS: '0' }).budgetMs, 0);
    assert.match(
      problemOf({}, { CLEANMISS_BUDGET_MS: 'long' }).message,
      /CLEANMISS_BUDGET_MS must be milliseconds/,
    );
  });

  it('that is off is not asked; nothing is brought to one by who stores nothing', () => {
    const local = join(root, 'store');
    const remotes = configOf({ remote: ['redis://a', { url: 'redis://b', mode: 'off' }] }).remotes;
    const modes = (mode: 'read' | 'read-write') =>
      openCache({ local, mode, remotes }).remotes.map((remote) => [remote.name, remote.mode]);
    assert.deepEqual(modes('read-write'), [['a:6379', 'read-write']]);
    assert.deepEqual(modes('read'), [['a:6379', 'read']]);
  });
});
