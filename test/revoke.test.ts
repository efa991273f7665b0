import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { generateKeys, revocationsKey, type Cache } from '@cleanmiss/core';
import { loadConfig, openCache } from '@cleanmiss/open-cache';
import { startRedis } from '@cleanmiss/redis-fixture';
import {
  cleanmiss,
  commitAll,
  type Ended,
  initialCommit,
  itInFull,
  type Machine,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';
import { assertRight, check, lyingCheck, poison, teamMachine } from './support/lying-state.js';

const redis = await startRedis();
after(() => redis.stop());

type Environment = Readonly<Record<string, string>>;

/** Machines that share a remote of their own, each by the name under which it writes. */
function team(t: TestContext) {
  const directory = temporaryDirectory(t);
  const remote = `${redis.url}#${directory.split('/').at(-1)!}`;
  return (name: string, env: Environment = {}): Machine =>
    teamMachine({ directory: join(directory, name), remote, env: { CLEANMISS_WRITER: name, ...env } });
}

function at(machine: Machine, ...args: readonly string[]): Promise<Ended> {
  return cleanmiss([...args, '--local', machine.store], { cwd: machine.project, env: machine.env });
}

async function revoke(machine: Machine, ...args: readonly string[]): Promise<string> {
  const ended = await at(machine, 'revoke', ...args);
  assert.equal(ended.code, 0, ended.stderr);
  return ended.stdout;
}

/** Its remote, as somebody else sees it who may write there. */
async function withRemote(
  { env, project: cwd, store }: Machine,
  step: (own: Cache) => Promise<void>,
): Promise<void> {
  const config = loadConfig({ root: cwd, cwd, env: { ...env, CLEANMISS_LOCAL: `${store}-2` }, flags: {} });
  const opened = openCache(config);
  try {
    await step(opened.remotes[0]!.own);
  } finally {
    opened.close();
  }
}

/** As when it was asked long ago what is revoked. */
function forgetWhatWasHeard({ store }: Machine): void {
  for (const id of readdirSync(join(store, 'remotes')))
    rmSync(join(store, 'remotes', id, 'heard'), { force: true });
}

describe('what an intruder has left', () => {
  it('is a miss for a new machine as soon as it is revoked, and so is what others have made from it', async (t) => {
    const machine = team(t);
    await poison(machine('intruder'));
    const { stdout, report } = await machine('deceived').check(check);
    assert.match(stdout, /^Success/);
    // Another snapshot, by another writer: the same lie.
    assert.notEqual(report.published.snapshot, report.snapshot);
    await revoke(machine('admin'), '--writer', 'intruder', '--why', 'stolen laptop');
    const fresh = await machine('fresh').check(check);
    assertRight(fresh);
    assert.deepEqual([fresh.report.outcome, fresh.report.reason], ['miss', 'untrusted']);
    assert.ok((fresh.report.untrusted.revoked ?? 0) > 0);
    assert.equal(fresh.stderr, '', 'somebody has revoked it: that is no news');
    const next = await machine('next').check(check);
    assertRight(next);
    assert.equal(next.report.outcome, 'hit', 'of what the fresh one has left');
  });

  itInFull(
    'is thrown away by a machine that was deceived, also where it asks no remote, once it has heard of it',
    async (t) => {
      const machine = team(t);
      await poison(machine('intruder'));
      const deceived = machine('deceived');
      await deceived.check(check);
      assert.equal((await deceived.check(check)).report.source, 'slot');
      await revoke(machine('admin'), '--writer', 'intruder');
      forgetWhatWasHeard(deceived);
      await at(deceived, 'upload');
      const healed = await deceived.check(check);
      assertRight(healed);
      assert.equal(healed.report.outcome, 'miss');
      assertRight(await deceived.check(check, { env: { CLEANMISS_REMOTE: 'off' } }));
    },
  );

  itInFull(
    'is heard of by a process behind the run, where the run itself has no reason to ask',
    async (t) => {
      const machine = team(t);
      await poison(machine('intruder'));
      const deceived = machine('deceived');
      await deceived.check(check);
      await revoke(machine('admin'), '--writer', 'intruder');
      forgetWhatWasHeard(deceived);
      assert.match((await deceived.check(check)).stdout, /^Success/, 'from its slot');
      await untilHeard(deceived);
      assertRight(await deceived.check(check));
    },
  );

  itInFull(
    'is no start for a run that hears of it while it asks: neither the slot nor what the remote has',
    async (t) => {
      const machine = team(t);
      await poison(machine('intruder'));
      const deceived = machine('deceived');
      initialCommit(deceived.project);
      await deceived.check(check);
      await revoke(machine('admin'), '--writer', 'intruder');
      forgetWhatWasHeard(deceived);
      writeProject(deceived.project, { 'c.py': 'z = 1\n' });
      commitAll(deceived.project, 'Something else');
      const healed = await deceived.check(check);
      assertRight(healed);
      assert.deepEqual([healed.report.outcome, healed.report.reason], ['miss', 'untrusted']);
    },
  );

  itInFull(
    'is a miss as well where CI has restored it, checked and saved, in steps of its own',
    async (t) => {
      const machine = team(t);
      const half = async (at: Machine, verb: string, ...options: readonly string[]) => {
        const args = [
          verb,
          '--json',
          ...options,
          '--local',
          at.store,
          '--state',
          '.mypy_cache',
          '--',
          ...check,
        ];
        const ended = await cleanmiss(args, { cwd: at.project, env: at.env });
        assert.equal(ended.code, 0, ended.stderr);
        return JSON.parse(ended.stdout) as { readonly outcome?: string; readonly reason?: string };
      };
      const steps = async (at: Machine, command: readonly string[]) => {
        const restored = await half(at, 'restore');
        const ended = await run([...command, '--cache-dir=.mypy_cache'], { cwd: at.project });
        await half(at, 'save', '--exit-code', String(ended.code));
        await at.upload();
        return { restored, ended };
      };
      await steps(machine('intruder'), lyingCheck(machine('intruder')));
      const ci = await steps(machine('ci'), check);
      assert.deepEqual([ci.restored.outcome, ci.ended.code], ['hit', 0], 'it is deceived');
      await revoke(machine('admin'), '--writer', 'intruder');
      const fresh = await steps(machine('fresh'), check);
      assert.deepEqual([fresh.restored.reason, fresh.ended.code], ['untrusted', 1]);
    },
  );

  it('is heard of by those who store nothing, and remembered, also where they ask no remote', async (t) => {
    const machine = team(t);
    await poison(machine('intruder'));
    const reader = machine('reader', { CLEANMISS_MODE: 'read' });
    assert.match((await reader.check(check)).stdout, /^Success/);
    await revoke(machine('admin'), '--writer', 'intruder');
    forgetWhatWasHeard(reader);
    assert.match((await reader.check(check)).stdout, /^Success/, 'from its slot');
    await untilHeard(reader);
    assertRight(await reader.check(check));
    assertRight(await reader.check(check, { env: { CLEANMISS_REMOTE: 'off' } }));
  });

  itInFull('is a miss by when it was written, and what was written before stays', async (t) => {
    const machine = team(t);
    assertRight(await machine('ci').check(check));
    const between = new Date().toISOString();
    await poison(machine('intruder'));
    await revoke(machine('admin'), '--since', between);
    const fresh = await machine('fresh').check(check);
    assertRight(fresh);
    assert.ok((fresh.report.untrusted.revoked ?? 0) > 0);
    const late = await machine('late').check(check);
    assert.equal(late.report.outcome, 'hit', 'what comes after the revocation is good');
  });

  it('is used again when that is taken back', async (t) => {
    const machine = team(t);
    await machine('ci').check(check);
    const listed = JSON.parse(await revoke(machine('admin'), '--writer', 'ci', '--json')) as readonly {
      revocations: readonly { id: string; writer: string }[];
    }[];
    const [{ id, writer } = { id: '', writer: '' }] = listed.flatMap(({ revocations }) => revocations);
    assert.equal(writer, 'ci');
    assert.equal(
      (await machine('one').check(check, { options: ['--remote-mode', 'read'] })).report.outcome,
      'miss',
    );
    assert.match(await revoke(machine('admin'), '--list'), new RegExp(`${id}  by ci`));
    assert.match(await revoke(machine('admin'), '--undo', id), /nothing is revoked/);
    assert.equal((await machine('two').check(check)).report.outcome, 'hit');
  });
});

describe('what a version of the checker has left', () => {
  itInFull('is a miss from then on, also what it leaves later, and other versions keep theirs', async (t) => {
    const machine = team(t);
    const { report } = await machine('ci').check(check);
    await revoke(machine('admin'), '--checker-version', '0.0.1');
    assert.equal((await machine('one').check(check)).report.outcome, 'hit');
    await revoke(machine('admin'), '--checker-version', report.checker.version!);
    assert.equal((await machine('two').check(check)).report.reason, 'untrusted');
    assert.equal((await machine('three').check(check)).report.reason, 'untrusted', 'of what two has left');
  });
});

describe('somebody who may write to the remote', () => {
  it('keeps nobody from revoking what he has left, by a list that he has made up', async (t) => {
    const [ci, stranger] = [generateKeys(), generateKeys()];
    const machine = team(t);
    const signing = { CLEANMISS_PUBLIC_KEYS: ci.publicKey, CLEANMISS_PRIVATE_KEY: ci.privateKey };
    const admin = machine('admin', signing);
    await machine('ci', signing).check(check);
    await revoke(admin, '--writer', 'somebody');
    const forging = { CLEANMISS_PUBLIC_KEYS: stranger.publicKey, CLEANMISS_PRIVATE_KEY: stranger.privateKey };
    await revoke(machine('forger', forging), '--writer', 'ci');
    const reading = { CLEANMISS_PUBLIC_KEYS: ci.publicKey };
    assert.equal((await machine('laptop', reading).check(check)).report.outcome, 'hit', 'his list is none');
    const said = await revoke(admin, '--writer', 'forger');
    assert.match(said, /by somebody[^]*by forger/);
    assert.doesNotMatch(said, /by ci/);
  });
});

describe('what somebody else has written into the list', () => {
  it('is passed over where it is no date, and does nothing to the terminal', async (t) => {
    const machine = team(t);
    const admin = machine('admin');
    await revoke(admin, '--writer', 'before');
    const hostile = [
      { since: 1e300 },
      { writer: 'x\u001b[2J', why: 'y\nthis machine: nothing is revoked', since: 1 },
    ];
    await withRemote(admin, async (own) => {
      await own.put({ key: revocationsKey, blobs: {}, attributes: { revocations: hostile } });
    });
    for (const args of [['--list'], ['--writer', 'after']]) {
      const said = await revoke(admin, ...args);
      assert.match(said, /by before/, 'what was heard before stands');
      assert.match(said, /by x\\u001b\[2J, since 1970-01-01T00:00:00\.001Z, \(y\\u000athis machine/);
    }
  });

  it('shows in what inspect says as it is, and no more', async (t) => {
    const machine = team(t);
    const intruder = machine('intruder', { CLEANMISS_WRITER: 'x\u001b[2J\nby  admin' });
    await intruder.check(check);
    const { stdout, code } = await at(intruder, 'inspect');
    assert.equal(code, 0);
    assert.match(stdout, /by +x\\u001b\[2J\\u000aby {2}admin, /);
  });
});

describe('without a remote', () => {
  it('what is revoked is so on this machine', async (t) => {
    const machine = team(t)('alone', { CLEANMISS_REMOTE: 'off' });
    await poison(machine);
    assert.match((await machine.check(check)).stdout, /^Success/);
    assert.match(await revoke(machine, '--writer', 'alone'), /^this machine: revoked are/);
    assertRight(await machine.check(check));
    assert.equal((await machine.check(check)).report.source, 'slot', 'of what it has left since');
  });
});

describe('cleanmiss revoke', () => {
  it('says what it needs where it is not told, or told wrongly', async (t) => {
    const machine = team(t)('admin');
    const attempts: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /--writer, --since, --key or --checker-version/],
      [['--since', 'yesterday'], /--since "yesterday" is no time/],
      [['--key', 'ci'], /16 hex digits/],
      [['--writer', ''], /--writer needs a value/],
      [['everything'], /everything/],
      [['--writer', 'x'.repeat(2000)], /too long/],
      [['--since', '2026-02-31'], /--since "2026-02-31" is no time/],
      [['--since', '2199-01-01'], /--since 2199-01-01T00:00:00.000Z is still to come/],
      [['--since', '2h', '--until', '3h'], /--since \S+ is after --until/],
      [['--key', '0123456789abcdef', '--since', '2h', '--until', '3h'], /is after --until/],
      [['--undo', 'nonsense'], /--undo "nonsense" is no id/],
      [['--undo', '0123456789ab'], /nothing is revoked by the id 0123456789ab/],
      [['--undo', '0123456789ab', '--writer', 'x'], /--undo stands alone: --writer/],
      [['--list', '--why', 'x'], /--list stands alone: --why/],
      [['--list', '--undo', '0123456789ab'], /--list stands alone: --undo/],
      [['--writer', 'x', '--remote-mode', 'read'], /only read here/],
      [['--writer', 'x', '--remote', 'redis://127.0.0.1:1'], /nobody listens there/],
    ];
    for (const [args, words] of attempts) {
      const ended = await at(machine, 'revoke', ...args);
      assert.equal(ended.code, 1, args.join(' '));
      assert.match(ended.stderr, words);
    }
    assert.match(await revoke(machine, '--list'), /this machine: nothing is revoked\n.*: nothing is revoked/);
  });

  it('refuses where nothing would come of it', async (t) => {
    const machine = team(t);
    for (const [mode, remote] of [
      ['read', {}],
      ['off', {}],
      ['read', { CLEANMISS_REMOTE: 'off' }],
      ['off', { CLEANMISS_REMOTE: 'off' }],
    ] as const) {
      const ended = await at(
        machine('admin', { CLEANMISS_MODE: mode, ...remote }),
        'revoke',
        '--writer',
        'x',
      );
      assert.equal(ended.code, 1, mode);
      assert.match(ended.stderr, new RegExp(`nothing would be revoked: the cache's mode is ${mode} here`));
    }
  });
});

async function untilHeard({ store }: Machine): Promise<void> {
  for (;;) {
    const folders = readdirSync(join(store, 'remotes')).map((id) => readdirSync(join(store, 'remotes', id)));
    if (folders.some((names) => names.includes('heard'))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
