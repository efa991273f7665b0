import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadConfig, type ConfigLayer } from '@cleanmiss/open-cache';
import type { CacheError } from '@cleanmiss/core';

const root = mkdtempSync(join(tmpdir(), 'cleanmiss-'));
after(() => {
  rmSync(root, { recursive: true });
});

function load(file: string | undefined, env: Readonly<Record<string, string>> = {}, flags: ConfigLayer = {}) {
  const path = join(root, 'cleanmiss.config.json');
  if (file === undefined) rmSync(path, { force: true });
  else writeFileSync(path, file);
  return loadConfig({ root, cwd: join(root, 'sub'), env: { HOME: '/home/u', ...env }, flags });
}

function refusal(file: string, env: Readonly<Record<string, string>> = {}): string {
  try {
    load(file, env);
  } catch (error) {
    assert.equal((error as CacheError).code, 'ERR_CONFIG');
    return (error as Error).message;
  }
  assert.fail('was not refused');
}

describe('the configuration', () => {
  it('refuses what is not JSON, naming the file', () => {
    assert.match(refusal('{'), /cleanmiss\.config\.json is not a JSON object/);
  });

  it('refuses a member that it does not know, and names those it does', () => {
    assert.match(refusal('{"lokal": "x"}'), /"lokal".*local, mode, project/);
  });

  it('refuses a value of the wrong kind, naming the member', () => {
    assert.match(refusal('{"local": 3}'), /"local"/);
  });

  it('refuses an unknown mode, naming where it was said', () => {
    assert.match(refusal('{}', { CLEANMISS_MODE: 'readonly' }), /CLEANMISS_MODE.*"readonly".*read-write/);
  });

  it('prefers a flag to the environment, and that to the file', () => {
    const file = '{"local": "from-file", "mode": "read"}';
    assert.equal(load(file).local, join(root, 'from-file'));
    assert.equal(load(file, { CLEANMISS_LOCAL: 'from-env' }).local, join(root, 'sub', 'from-env'));
    assert.equal(load(file, { CLEANMISS_LOCAL: 'from-env' }, { local: '/from/flag' }).local, '/from/flag');
    assert.equal(load(file).mode, 'read');
    assert.equal(load(file, { CLEANMISS_MODE: 'off' }).mode, 'off');
  });

  it(
    'without a word keeps the store in the user’s cache directory',
    { skip: process.platform !== 'linux' && 'the XDG rule is Linux’s' },
    () => {
      assert.equal(load(undefined).local, '/home/u/.cache/cleanmiss');
      assert.equal(load(undefined, { XDG_CACHE_HOME: '/x' }).local, '/x/cleanmiss');
      for (const empty of ['', 'relative']) {
        assert.equal(load(undefined, { XDG_CACHE_HOME: empty }).local, '/home/u/.cache/cleanmiss');
      }
      assert.ok(isAbsolute(load(undefined, { HOME: '' }).local));
      assert.equal(load(undefined, { CLEANMISS_LOCAL: '' }).mode, 'read-write');
    },
  );
});
