import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { generateKeys } from '@cleanmiss/core';
import { loadConfig, openCache } from '@cleanmiss/open-cache';
import { trustFindings } from '../src/doctor-trust.js';

const { publicKey } = generateKeys();

function wordsFor(t: TestContext, settings: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'cleanmiss-doctor-'));
  t.after(() => {
    rmSync(root, { recursive: true, force: true });
  });
  mkdirSync(join(root, 'shared'));
  const env = { ...settings, CLEANMISS_REMOTE: pathToFileURL(join(root, 'shared')).href };
  const config = loadConfig({ root, cwd: root, env, flags: { local: join(root, 'store') } });
  const opened = openCache(config, { root });
  t.after(() => {
    opened.close();
  });
  return trustFindings(config, opened).map(({ words }) => words);
}

describe('what doctor says of trust', () => {
  it('names the key, and who has to hold one', (t) => {
    const [read, write] = wordsFor(t, { CLEANMISS_PUBLIC_KEYS: publicKey });
    assert.match(read!, /^believes what is signed with \w+$/);
    assert.match(write!, /^has no private key/);
  });

  it('names the scopes in which nothing needs to be signed', (t) => {
    const words = wordsFor(t, {
      CLEANMISS_PUBLIC_KEYS: publicKey,
      CLEANMISS_SCOPES: 'pr-7 main',
      CLEANMISS_UNSIGNED_SCOPES: 'pr-*',
    });
    assert.equal(words[0], 'in scope pr-7, and reads main');
    assert.match(words[1]!, /^believes what is signed with \w+; in scope pr-7 it believes everybody$/);
    assert.equal(words[2], 'what it stores need not be signed in scope pr-7');
  });

  it('says that everybody is believed where no key is listed', (t) => {
    assert.match(wordsFor(t, {})[0]!, /^believes whoever may write to the remotes/);
  });
});
