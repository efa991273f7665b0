import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { CacheError } from '@cleanmiss/core';
import { loadConfig, openCache } from '@cleanmiss/open-cache';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;
const password = 'hunter2NeverShown';

const noise = fc.oneof(
  fc.constantFrom('@', '#', '?', '/', ':', '%', ' ', '\n', '[', '${HOME}', '${', 'db=1', '\0'),
  fc.string({ maxLength: 4 }),
);
const scheme = fc.oneof(
  fc.constantFrom(
    'redis',
    'rediss',
    'redis+cluster',
    'redis+sentinel',
    'redis+unix',
    'file',
    'sqlite',
    'postgres',
  ),
  fc.constantFrom('memcache', 'http', 'Redis', '', 'constructor'),
);
/** With a password somewhere in it. */
const url = fc
  .tuple(scheme, noise, noise, noise, noise, fc.constantFrom('@', ''))
  .map(([name, a, b, c, d, at]) => `${name}://${a}:${b}${password}${c}${at}host:6379/${d}`);

const value = fc.oneof(fc.jsonValue(), url, fc.constantFrom(0, -1, 1e300, '', 'off', 'read', '${SECRET}'));
const remote = fc.record(
  {
    url: fc.oneof(url, value),
    mode: value,
    namespace: value,
    ttlDays: value,
    deadlineMs: value,
    connectTimeoutMs: value,
  },
  { requiredKeys: [] },
);
const members = fc.record(
  {
    local: value,
    mode: value,
    project: value,
    budgetMs: value,
    remote: fc.oneof(value, remote, fc.array(fc.oneof(value, remote), { maxLength: 3 })),
  },
  { requiredKeys: [] },
);
const text = fc.oneof(
  members.map((document) => JSON.stringify(document)),
  fc.json(),
  fc.string(),
  fc.constantFrom('{"__proto__":{"mode":"off"}}', '{"constructor":1}'),
);
const setting = fc.oneof(fc.string(), url);
const env = fc.record(
  {
    CLEANMISS_LOCAL: setting,
    CLEANMISS_MODE: setting,
    CLEANMISS_REMOTE: setting,
    CLEANMISS_REMOTE_MODE: setting,
    CLEANMISS_BUDGET_MS: setting,
    SECRET: fc.constant(password),
  },
  { requiredKeys: [] },
);

describe('a configuration', () => {
  let root = '';
  let file = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cleanmiss-config-'));
    file = join(root, 'cleanmiss.config.json');
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const load = (settings: Readonly<Record<string, string | undefined>> = {}) =>
    loadConfig({ root, cwd: root, env: { HOME: root, ...settings }, flags: {} });

  /** Answers the error, where it is one that names what is wrong, and the password is nowhere in it. */
  function refusalOf(step: () => unknown): CacheError | undefined {
    try {
      step();
      return undefined;
    } catch (error) {
      assert.ok(error instanceof CacheError && error.code === 'ERR_CONFIG', inspect(error));
      assert.ok(!inspect(error).includes(password), inspect(error));
      return error;
    }
  }

  it('is used or refused, in a file as in the environment, without a word of a password', () => {
    fc.assert(
      fc.property(text, env, (document, settings) => {
        writeFileSync(file, document);
        refusalOf(() => {
          const config = load(settings);
          assert.ok(!config.notices.join().includes(password));
          const opened = openCache({ ...config, local: root }, { root });
          assert.ok(
            !opened.remotes
              .map(({ name }) => name)
              .join()
              .includes(`:${password}@`),
          );
          opened.close();
        });
      }),
      {
        numRuns: 3 * numRuns,
        // Found by a long run: Node's own error repeats a URL that it cannot read.
        examples: [['{}', { CLEANMISS_REMOTE: `file://:@${password}@@host:6379/` }]],
      },
    );
  });

  it('is refused where it is nested more deeply than any stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const document of [deep, `{"remote":${deep}}`, `{"local":${deep}}`]) {
      writeFileSync(file, document);
      assert.match(refusalOf(load)?.message ?? '', /is not a JSON object/);
    }
  });

  it('is refused, and not read, where it is a device, a folder or a gigabyte', () => {
    symlinkSync('/dev/zero', file);
    assert.match(refusalOf(load)?.message ?? '', /is no file/);
    rmSync(file);
    writeFileSync(file, '{');
    truncateSync(file, 2 ** 30);
    assert.match(refusalOf(load)?.message ?? '', /is no file of/);
    rmSync(file);
    symlinkSync(root, file);
    assert.match(refusalOf(load)?.message ?? '', /is no file/);
  });

  it('may be a link to a file', () => {
    writeFileSync(join(root, 'shared.json'), '{"mode":"read"}');
    symlinkSync(join(root, 'shared.json'), file);
    assert.equal(load().mode, 'read');
  });
});
