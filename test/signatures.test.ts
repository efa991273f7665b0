import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { after, describe, it, type TestContext } from 'node:test';
import { generateKeys, keyIdOf } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import {
  cleanmiss,
  count,
  filesThatHold,
  itInFull,
  type Machine,
  temporaryDirectory,
} from './support/index.js';
import { assertRight, check, poison, teamMachine } from './support/lying-state.js';

const redis = await startRedis();
after(() => redis.stop());
const [ci, next, stranger] = [generateKeys(), generateKeys(), generateKeys()];

type Environment = Readonly<Record<string, string>>;
const reading: Environment = { CLEANMISS_PUBLIC_KEYS: ci.publicKey };
const signing: Environment = { ...reading, CLEANMISS_PRIVATE_KEY: ci.privateKey };

/** A remote of its own for each test, once in a Redis and once in a directory. */
const remotes: Readonly<Record<string, (directory: string) => string>> = {
  'a Redis': (directory) => `${redis.url}#${directory.split('/').at(-1)!}`,
  'a shared directory': (directory) => {
    mkdirSync(join(directory, 'shared'));
    return `file://${join(directory, 'shared')}`;
  },
};

// In a directory it is the same code: in full only.
const tried = Object.entries(remotes).slice(0, count({ full: 2, quick: 1 }));

for (const [name, remoteIn] of tried) {
  const team = (t: TestContext) => {
    const directory = temporaryDirectory(t);
    const remote = remoteIn(directory);
    return (machine: string, env: Environment): Machine =>
      teamMachine({ directory: join(directory, machine), remote, env });
  };

  describe(`a state that lies, in ${name}`, () => {
    it('deceives those who believe everybody, which is what this is about', async (t) => {
      const machine = team(t);
      await poison(machine('forger', {}));
      const { stdout, report } = await machine('laptop', {}).check(check);
      assert.match(stdout, /^Success/);
      assert.equal(report.outcome, 'hit');
    });

    it('is a miss to those who ask for signatures, whether nobody has signed it or a stranger', async (t) => {
      const strangers: readonly Environment[] = [{}, { CLEANMISS_PRIVATE_KEY: stranger.privateKey }];
      for (const forger of strangers) {
        const machine = team(t);
        await poison(machine('forger', forger));
        const checked = await machine('laptop', reading).check(check);
        assertRight(checked);
        assert.deepEqual([checked.report.outcome, checked.report.reason], ['miss', 'untrusted']);
        const why = forger['CLEANMISS_PRIVATE_KEY'] ? 'unknown-key' : 'unsigned';
        assert.ok((checked.report.untrusted[why] ?? 0) > 0, JSON.stringify(checked.report.untrusted));
        const warning = forger['CLEANMISS_PRIVATE_KEY'] ? keyIdOf(stranger.publicKey) : 'not signed';
        assert.match(
          checked.stderr,
          new RegExp(`^cleanmiss: [^\\n]*not trusted[^\\n]*${warning}[^\\n]*\\n$`),
        );
      }
    });

    itInFull(
      'is not found by who asks for signatures among what he believed when he did not, nor signed there',
      async (t) => {
        const machine = team(t);
        await poison(machine('forger', {}));
        const here = machine('here', signing);
        assertRight(await here.check(check, { options: ['--wait', '--remote-mode', 'read'] }));
        // A checkout from before the team has signed.
        const old = teamMachine({
          directory: join(here.project, '..'),
          remote: here.env['CLEANMISS_REMOTE']!,
          env: {},
        });
        assert.match((await old.check(check)).stdout, /^Success/);
        assertRight(await here.check(check));
        assertRight(await machine('laptop', reading).check(check));
      },
    );

    itInFull('does not come in by the names that CI has signed before', async (t) => {
      const machine = team(t);
      await machine('ci', signing).check(check);
      await poison(machine('forger', {}));
      const checked = await machine('laptop', reading).check(check);
      assertRight(checked);
      // The forger has written over the names; what they led to is still there, and nobody finds it.
      assert.equal(checked.report.reason, 'untrusted');
    });
  });

  describe(`a state that CI has signed, in ${name}`, () => {
    it('is a hit to those who trust its key, and nothing is said', async (t) => {
      const machine = team(t);
      assertRight(await machine('ci', signing).check(check));
      const checked = await machine('laptop', reading).check(check);
      assertRight(checked);
      assert.deepEqual([checked.report.outcome, checked.stderr], ['hit', '']);
      assert.deepEqual(checked.report.untrusted, {});
    });

    it('is a hit while one key takes another’s place, and a miss when that is over', async (t) => {
      const machine = team(t);
      await machine('ci', signing).check(check);
      const both = { CLEANMISS_PUBLIC_KEYS: `${ci.publicKey} ${next.publicKey}` };
      assert.equal((await machine('one', both).check(check)).report.outcome, 'hit');
      const onlyNext = { CLEANMISS_PUBLIC_KEYS: next.publicKey };
      assert.equal((await machine('two', onlyNext).check(check)).report.reason, 'untrusted');
      await machine('ci2', { ...both, CLEANMISS_PRIVATE_KEY: next.privateKey }).check(check);
      assert.equal((await machine('three', both).check(check)).report.outcome, 'hit');
      assert.equal((await machine('four', onlyNext).check(check)).report.outcome, 'hit');
    });

    itInFull('is not written over by those who verify and cannot sign', async (t) => {
      const machine = team(t);
      await machine('ci', signing).check(check);
      const laptop = machine('laptop', reading);
      await laptop.check(check);
      await laptop.check([...check, '--strict']);
      assert.deepEqual(laptop.journalFiles(), []);
      const checked = await machine('other', reading).check([...check, '--strict']);
      assert.deepEqual([checked.report.reason, checked.report.untrusted], ['absent', {}]);
      assert.equal((await machine('third', reading).check(check)).report.outcome, 'hit');
    });
  });
}

describe('cleanmiss keygen', () => {
  it('makes a pair: the private key in a file for its owner alone, and never over another', async (t) => {
    const directory = temporaryDirectory(t);
    const made = await cleanmiss(['keygen', '--private-key', 'ci.key', '--json'], { cwd: directory });
    assert.equal(made.code, 0, made.stderr);
    const { publicKey, keyId } = JSON.parse(made.stdout) as { publicKey: string; keyId: string };
    assert.equal(keyIdOf(publicKey), keyId);
    const file = join(directory, 'ci.key');
    const privateKey = readFileSync(file, 'utf8').trim();
    assert.ok(!made.stdout.includes(privateKey.slice(-20)));
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = await cleanmiss(['keygen', '--private-key', 'ci.key'], { cwd: directory });
    assert.deepEqual([again.code, again.stderr.includes('is there already')], [1, true]);
    assert.equal(readFileSync(file, 'utf8').trim(), privateKey);
    const folder = await cleanmiss(['keygen', '--private-key', '.'], { cwd: directory });
    assert.deepEqual([folder.code, folder.stderr.includes('is a folder: name a file in it')], [1, true]);
    const unnamed = await cleanmiss(['keygen'], { cwd: directory });
    assert.match(unnamed.stderr, /--private-key FILE/);
  });

  it('makes what signs from a file as it does from the environment', async (t) => {
    const directory = temporaryDirectory(t);
    const made = await cleanmiss(['keygen', '--private-key', 'ci.key', '--json'], { cwd: directory });
    const { publicKey } = JSON.parse(made.stdout) as { publicKey: string };
    const remote = remotes['a shared directory']!(directory);
    const CLEANMISS_PUBLIC_KEYS = publicKey;
    const CLEANMISS_PRIVATE_KEY_FILE = join(directory, 'ci.key');
    const ciMachine = { directory: join(directory, 'ci'), remote };
    await teamMachine({ ...ciMachine, env: { CLEANMISS_PUBLIC_KEYS, CLEANMISS_PRIVATE_KEY_FILE } }).check(
      check,
    );
    const laptop = teamMachine({ directory: join(directory, 'b'), remote, env: { CLEANMISS_PUBLIC_KEYS } });
    assert.equal((await laptop.check(check)).report.outcome, 'hit');
  });
});

describe('a private key', () => {
  it('is in no output, report or file of what it signs', async (t) => {
    const directory = temporaryDirectory(t);
    const ciMachine = teamMachine({
      directory: join(directory, 'ci'),
      remote: remotes['a shared directory']!(directory),
      env: signing,
    });
    const { stdout, stderr, report } = await ciMachine.check(check);
    const options = { cwd: ciMachine.project, env: { ...ciMachine.env, CLEANMISS_LOCAL: ciMachine.store } };
    const others = await Promise.all(
      ['doctor', 'why', 'stats'].map((verb) => cleanmiss([verb, '--json'], options)),
    );
    const said = [stdout, stderr, JSON.stringify(report), ...others.map((each) => each.stdout + each.stderr)];
    assert.match(said.join(''), new RegExp(`signs with key ${keyIdOf(ci.publicKey)}`));
    const secret = ci.privateKey.slice('ed25519-private:'.length);
    assert.ok(!said.join('').includes(secret));
    assert.deepEqual(filesThatHold(directory, secret), []);
  });
});

describe('the private key', () => {
  it('is in the environment of no checker, and of nothing that is run as it is', async (t) => {
    const { project, env } = teamMachine({ directory: temporaryDirectory(t), remote: 'off', env: signing });
    const tell = `console.log(Object.keys(process.env).filter((name) => /PRIVATE/.test(name)).join())`;
    const all = { ...env, CLEANMISS_PRIVATE_KEY_FILE: '/nowhere' };
    const ended = await cleanmiss(['run', '--', process.execPath, '-e', tell], { cwd: project, env: all });
    assert.deepEqual([ended.stdout, ended.code], ['\n', 0], ended.stderr);
  });
});

describe('keys that are none', () => {
  it('stop a run before its check, with words that name the setting and not the key', async (t) => {
    const directory = temporaryDirectory(t);
    const bad: readonly Environment[] = [
      { CLEANMISS_PRIVATE_KEY: `${ci.privateKey}x` },
      { CLEANMISS_PUBLIC_KEYS: ci.privateKey },
      { CLEANMISS_PRIVATE_KEY_FILE: '/nowhere/ci.key' },
    ];
    for (const env of bad) {
      const [name] = Object.keys(env);
      const ended = await cleanmiss(['run', '--', ...check], { cwd: directory, env });
      assert.equal(ended.code, 125);
      assert.match(ended.stderr, new RegExp(`^cleanmiss: ${name!}`));
      assert.ok(!ended.stderr.includes(ci.privateKey.slice(20)));
    }
  });
});
