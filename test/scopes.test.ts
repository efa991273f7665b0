import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { startRedis } from '@cleanmiss/redis-fixture';
import {
  cleanmiss,
  count,
  itInFull,
  type Machine,
  repositoryRoot,
  temporaryDirectory,
} from './support/index.js';
import { assertRight, check, poison, teamMachine } from './support/lying-state.js';

/** The users of the example, as they are shipped. */
const shipped = readFileSync(join(repositoryRoot, 'examples', 'team-redis', 'users-with-scopes.acl'), 'utf8');
const acl = shipped
  .trim()
  .replaceAll(/#(\w+)_PASSWORD/g, (_, who: string) => `>${who.toLowerCase()}`)
  .split('\n');
const server = await startRedis({ acl });
const open = await startRedis();
after(() => Promise.all([server.stop(), open.stop()]));

const urlFor = (user: 'ci' | 'pr' | 'laptop') => `redis://${user}:${user}@127.0.0.1:${server.port}`;

/** What the server says to a command of this user. */
function saidTo(user: 'ci' | 'pr' | 'laptop', ...command: readonly string[]): string {
  const login = ['-p', String(server.port), '--user', user, '--pass', user, '--no-auth-warning'];
  return execFileSync('redis-cli', [...login, ...command], { encoding: 'utf8' }).trim();
}

describe('the access list of the example', () => {
  const main = 'cleanmiss:1:default@main:m:x';

  it('keeps everybody but CI from changing what main reads', () => {
    for (const user of ['pr', 'laptop'] as const) {
      const attempts = [
        ['SET', main, 'y', 'PX', '1000'],
        ['UNLINK', main],
        ['PEXPIRE', main, '1'],
        ['EVAL', "return redis.call('UNLINK', KEYS[1])", '1', main],
        ['EVAL', `return redis.call('UNLINK', '${main}')`, '0'],
        ['SET', 'cleanmiss:1:default:m:x', 'y', 'PX', '1000'],
        ['FLUSHALL'],
        ['CONFIG', 'GET', '*'],
      ];
      for (const attempt of attempts)
        assert.match(saidTo(user, ...attempt), /NOPERM|can't access/, `${user} ${attempt.join(' ')}`);
    }
  });

  it('lets a pull request write to its own scope, and a laptop to none', () => {
    const own = 'cleanmiss:1:default@pr-1:m:x';
    assert.equal(saidTo('pr', 'SET', own, 'y', 'PX', '60000'), 'OK');
    assert.equal(saidTo('pr', 'GET', own), 'y');
    assert.match(saidTo('laptop', 'SET', own, 'y'), /NOPERM/);
    assert.match(saidTo('ci', 'GET', own), /NOPERM/, 'main does not even see it');
    assert.equal(saidTo('laptop', 'GET', main), '');
  });
});

type Environment = Readonly<Record<string, string>>;

/** Machines that share a remote of their own, which all of them may do anything to. */
function team(t: TestContext, kind: 'redis' | 'directory') {
  const directory = temporaryDirectory(t);
  const shared = join(directory, 'shared');
  mkdirSync(shared);
  const remote = kind === 'redis' ? `${open.url}#${directory.split('/').at(-1)!}` : `file://${shared}`;
  return (name: string, scopes: string, env: Environment = {}): Machine =>
    teamMachine({ directory: join(directory, name), remote, env: { CLEANMISS_SCOPES: scopes, ...env } });
}

const kinds = ['directory', 'redis'] as const;

for (const kind of kinds.slice(0, count({ full: 2, quick: 1 }))) {
  describe(`a pull request, with scopes in a ${kind}`, () => {
    it('starts from what main has left, and main never from what it leaves', async (t) => {
      const machine = team(t, kind);
      assertRight(await machine('main', 'main').check(check));
      const first = machine('pr', 'pr-1 main');
      assert.equal((await first.check(check)).report.outcome, 'hit');
      const { report } = await first.check([...check, '--strict']);
      assert.deepEqual([report.outcome, report.degraded], ['miss', []]);
      const pr = await machine('again', 'pr-1 main').check([...check, '--strict']);
      assert.equal(pr.report.outcome, 'hit', 'its next run finds it');
      for (const scopes of ['pr-2 main', 'pr-1x main', 'main']) {
        const other = await machine(scopes.replaceAll(' ', '-'), scopes).check([...check, '--strict']);
        assert.deepEqual([other.report.outcome, other.report.reason], ['miss', 'absent'], scopes);
      }
    });

    itInFull('that lies deceives itself alone', async (t) => {
      const machine = team(t, kind);
      await poison(machine('liar', 'pr-1 main'));
      assert.match((await machine('pr', 'pr-1 main').check(check)).stdout, /^Success/);
      assertRight(await machine('main', 'main').check(check));
      assertRight(await machine('other', 'pr-2 main').check(check));
    });
  });
}

describe('a pull request, with scopes in a directory', () => {
  it('that relies on what main has left is whole to verify', async (t) => {
    const machine = team(t, 'directory');
    await machine('main', 'main').check(check);
    const pr = machine('pr', 'pr-1 main');
    writeFileSync(join(pr.project, 'b.py'), 'y = 2\n');
    assert.equal((await pr.check(check)).report.outcome, 'hit');
    const shared = join(pr.store, '..', '..', 'shared');
    const { code, stdout } = await cleanmiss(['verify', '--local', shared]);
    assert.equal(code, 0);
    assert.match(stdout, /^damaged +nothing\nmissing +nothing$/m);
  });
});

describe('a pull request, with scopes in a redis', () => {
  it('brings there only what main has not got', async (t) => {
    const machine = team(t, 'redis');
    const main = await machine('main', 'main').check(check);
    const pr = await machine('pr', 'pr-1 main').check(check);
    assert.equal(pr.report.outcome, 'hit');
    const [all, rest] = [main, pr].map(({ report }) => report.published.remoteBytes);
    assert.ok(all! > 100_000 && rest! > 0 && rest! < all! / 10, `${all!} and ${rest!} bytes`);
  });
});

describe('scopes on one machine', () => {
  it('are kept apart in its store and in the slots of a project', async (t) => {
    const directory = temporaryDirectory(t);
    const machine = teamMachine({ directory, remote: 'off', env: {} });
    const as = (scopes: string) => machine.check(check, { env: { CLEANMISS_SCOPES: scopes } });
    await poison(teamMachine({ directory, remote: 'off', env: { CLEANMISS_SCOPES: 'pr-1 main' } }));
    assert.match((await as('pr-1 main')).stdout, /^Success/);
    const main = await as('main');
    assertRight(main);
    assert.deepEqual([main.report.outcome, main.report.reason], ['miss', 'absent']);
    assert.equal((await as('main')).report.source, 'slot');
    const other = await as('pr-2 main');
    assertRight(other);
    assert.equal(other.report.outcome, 'hit', 'from main');
  });
});

describe('a pull request with credentials of its own', () => {
  it('that says it is main is refused by the server, and its check goes on', async (t) => {
    const directory = temporaryDirectory(t);
    const machine = (name: string, user: 'ci' | 'pr' | 'laptop', env: Environment) =>
      teamMachine({ directory: join(directory, name), remote: urlFor(user), env });
    assertRight(await machine('main', 'ci', { CLEANMISS_SCOPES: 'main' }).check(check));
    const forger = await poison(machine('forger', 'pr', { CLEANMISS_SCOPES: 'main' }));
    assert.match(forger.report.degraded.join(' '), /no permissions|refused/i);
    const reading = { CLEANMISS_SCOPES: 'main', CLEANMISS_REMOTE_MODE: 'read' };
    const laptop = await machine('laptop', 'laptop', reading).check(check);
    assertRight(laptop);
    assert.deepEqual([laptop.report.outcome, laptop.report.degraded], ['hit', []]);
    const honest = await machine('pr', 'pr', { CLEANMISS_SCOPES: 'pr-1 main' }).check(check);
    assert.deepEqual([honest.report.outcome, honest.report.degraded], ['hit', []]);
    assertRight(honest);
    const doctor = await cleanmiss(['doctor'], {
      cwd: machine('x', 'pr', {}).project,
      env: {
        CLEANMISS_REMOTE: urlFor('pr'),
        CLEANMISS_SCOPES: 'pr-1 main',
        CLEANMISS_LOCAL: join(directory, 'l'),
      },
    });
    assert.equal(doctor.code, 0, doctor.stdout);
  });
});
