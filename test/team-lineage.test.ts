import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { JsonObject } from '@cleanmiss/core';
import { startRedis } from '@cleanmiss/redis-fixture';
import {
  breakingMypy,
  type Checked,
  commitAll,
  count,
  findTools,
  git,
  initialCommit,
  itInFull,
  Machine,
  metasOfWholeRemote,
  ofType,
  temporaryDirectory,
  tidyingMypy,
  writeProject,
} from './support/index.js';

const redis = await startRedis();
after(() => redis.stop());

/** Two with a mistake, of which some mypys keep nothing, and one without. */
const files = {
  'a.py': 'import c\nx: int = ""\n',
  'b.py': 'import a\ny: str = a.x\n',
  'c.py': 'import re\n',
};
/** A repository that a team clones, and a remote of its own. */
class Team {
  readonly directory: string;
  readonly remote: string;
  readonly #seed: string;
  readonly #origin: string;
  readonly #mypy: string;

  constructor(t: TestContext, name: string, mypy = findTools().mypy.command) {
    this.directory = temporaryDirectory(t);
    this.remote = `${redis.url}#${name}`;
    this.#mypy = mypy;
    [this.#seed, this.#origin] = [join(this.directory, 'seed'), join(this.directory, 'origin.git')];
    writeProject(this.#seed, files);
    initialCommit(this.#seed);
    git(this.directory, 'clone', '--quiet', '--bare', this.#seed, this.#origin);
  }

  /** A new machine with a clone. */
  machine(name: string, ...cloneOptions: readonly string[]): Machine {
    const directory = join(this.directory, name);
    const machine = new Machine({ directory, remote: this.remote, project: `work-of-${name}` });
    git(this.directory, 'clone', '--quiet', ...cloneOptions, `file://${this.#origin}`, machine.project);
    return machine;
  }

  /** Commits a change of a file to a branch; answers the commit. */
  push(branch: string, text: string, ...options: readonly string[]): string {
    git(this.#seed, 'checkout', '--quiet', '-B', branch);
    appendFileSync(join(this.#seed, 'c.py'), text);
    const commit = commitAll(this.#seed, `Add ${text}`);
    git(this.#seed, 'push', '--quiet', ...options, this.#origin, branch);
    return commit;
  }

  /** Forgets the last commit of a branch, here. */
  undo(branch: string): void {
    git(this.#seed, 'checkout', '--quiet', branch);
    git(this.#seed, 'reset', '--quiet', '--hard', 'HEAD~1');
  }

  /** A check, after which the remote has been told everything. */
  async publish(machine: Machine, env: Readonly<Record<string, string>> = {}): Promise<Checked> {
    const checked = await this.check(machine, env);
    await machine.upload();
    return checked;
  }

  async check(machine: Machine, env: Readonly<Record<string, string>> = {}): Promise<Checked> {
    const checked = await machine.check([this.#mypy, 'b.py'], { env });
    assert.deepEqual(checked.report.degraded, []);
    return checked;
  }
}

describe('a snapshot of a commit', () => {
  itInFull('is not named by a work tree that was dirty and was put in order during the check', async (t) => {
    const directory = temporaryDirectory(t);
    const team = new Team(t, 'tidied', tidyingMypy(findTools().mypy, directory, 'c.py'));
    const machine = team.machine('A');
    appendFileSync(join(machine.project, 'c.py'), 'z: int = 1\n');
    await team.publish(machine);
    assert.equal(git(machine.project, 'status', '--porcelain'), '');
    const metas = await metasOfWholeRemote(team.remote);
    const counts = ['commit', 'branch', 'project'].map((by) => refsBy(metas, by).length);
    assert.deepEqual(counts, [0, 0, 1]);
  });

  it('is what its clean checkouts start from, and no dirty work tree at that commit replaces it', async (t) => {
    const team = new Team(t, 'dirty');
    const [clean, dirty, other] = ['A', 'B', 'C'].map((name) => team.machine(name)) as [
      Machine,
      Machine,
      Machine,
    ];
    const published = await team.publish(clean);
    appendFileSync(join(dirty.project, 'c.py'), 'z: int = 1\n');
    const dirtied = await team.publish(dirty);
    assert.equal(dirtied.report.source, 'commit');
    assert.notEqual(dirtied.report.published.snapshot, snapshotOf(published));
    // B's is there all the same, under names that promise no more than the latest.
    const metas = await metasOfWholeRemote(team.remote);
    const by = (name: string) => refsBy(metas, name).map(({ attributes }) => attributes['snapshot']);
    assert.deepEqual(
      [by('commit'), by('branch'), by('project')],
      [[snapshotOf(published)], [snapshotOf(published)], [snapshotOf(dirtied)]],
    );
    const { report, stdout } = await team.check(other);
    assert.deepEqual(
      [report.outcome, report.source, report.snapshot, stdout],
      ['hit', 'commit', snapshotOf(published), published.stdout],
    );
  });

  it('is found by a clone of depth 1 of its child', async (t) => {
    const team = new Team(t, 'shallow');
    const published = await team.publish(team.machine('A'));
    team.push('main', 'z: int = 1\n');
    // Also under newer names, which are further away.
    const elsewhere = team.machine('B', '--branch', 'main');
    git(elsewhere.project, 'checkout', '--quiet', '-b', 'elsewhere', 'HEAD~1');
    appendFileSync(join(elsewhere.project, 'c.py'), 'w: int = 1\n');
    await team.publish(elsewhere);
    const { report, code } = await team.check(team.machine('C', '--depth', '1'));
    assert.deepEqual(
      [report.outcome, report.source, report.snapshot, code],
      ['hit', 'commit', snapshotOf(published), 1],
    );
  });

  it('that two machines publish at once is there whole', async (t) => {
    const rounds = count({ full: 10, quick: 1 });
    const team = new Team(t, 'at-once');
    for (let round = 0; round < rounds; round++) {
      team.push('main', `z${round}: int = ${round}\n`);
      const machines = [`A${round}`, `B${round}`].map((name) => team.machine(name));
      const both = await Promise.all(machines.map((machine) => team.publish(machine)));
      const metas = await metasOfWholeRemote(team.remote, `in round ${round}`);
      const { report, stdout } = await team.check(team.machine(`C${round}`));
      assert.deepEqual([report.outcome, report.source, stdout], ['hit', 'commit', both[0]!.stdout]);
      assert.ok(both.map(snapshotOf).includes(report.snapshot));
      assert.equal(refsBy(metas, 'commit').length, round + 1);
    }
  });
});

describe('a CI job', () => {
  it('with a detached head publishes under its branch, and warms whoever has rewritten that branch since', async (t) => {
    const team = new Team(t, 'ci');
    const commit = team.push('feature', 'z: int = 1\n');
    const job = team.machine('ci', '--branch', 'feature', '--depth', '1');
    git(job.project, 'checkout', '--quiet', '--detach');
    const published = await team.publish(job, {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REF: 'refs/heads/feature',
      GITHUB_SHA: commit,
    });
    team.undo('feature');
    team.push('feature', 'z: str = ""\n', '--force');
    const { report } = await team.check(team.machine('D', '--branch', 'feature'));
    assert.deepEqual(
      [report.outcome, report.source, report.snapshot],
      ['hit', 'branch', snapshotOf(published)],
    );
    const branches = refsBy(await metasOfWholeRemote(team.remote), 'branch').map(
      ({ key }) => (key as JsonObject)['branch'],
    );
    assert.deepEqual(branches, ['feature']);
  });

  it('that may only read is warmed, and writes nothing', async (t) => {
    const team = new Team(t, 'read');
    const published = await team.publish(team.machine('A'));
    const reader = team.machine('B');
    const [size] = [await redis.cli('DBSIZE'), await redis.cli('CONFIG', 'RESETSTAT')];
    const env = { CI: 'true', CLEANMISS_REMOTE_MODE: 'read' };
    const { report } = await team.check(reader, env);
    assert.deepEqual([report.outcome, report.snapshot], ['hit', snapshotOf(published)]);
    appendFileSync(join(reader.project, 'c.py'), 'z: int = 1\n');
    const changed = await team.check(reader, env);
    assert.ok(changed.report.published.files > 0);
    assert.equal(changed.report.published.remoteBytes, 0);
    assert.deepEqual(reader.journalFiles(), []);
    const called = await calledCommands();
    assert.ok(called.includes('get') || called.includes('mget'), `nothing was read: ${called.join(', ')}`);
    const writing = new Set((await redis.cli('ACL', 'CAT', 'write')).split('\n').map((name) => name.trim()));
    assert.ok(writing.has('set'));
    assert.deepEqual(
      called.filter((name) => writing.has(name)),
      [],
    );
    assert.equal(await redis.cli('DBSIZE'), size);
  });
});

describe('a crash of the checker on a snapshot of the remote', () => {
  it('sets it aside for the whole team where the check goes well cold', async (t) => {
    const breaking = breakingMypy(findTools().mypy, temporaryDirectory(t), 'on-state');
    const team = new Team(t, 'set-aside', breaking);
    const published = await team.publish(team.machine('A'));
    const healed = await team.publish(team.machine('B'));
    assert.deepEqual(
      [healed.report.reason, healed.stdout, healed.code],
      ['crashed', published.stdout, published.code],
    );
    assert.deepEqual(await setAsideIn(team), [snapshotOf(published)]);
  });

  itInFull('that happens cold as well sets nothing aside', async (t) => {
    const breaking = breakingMypy(findTools().mypy, temporaryDirectory(t), 'always');
    const team = new Team(t, 'take-back');
    const published = await team.publish(team.machine('A'));
    const crashing = team.machine('B');
    const crashed = await crashing.check([breaking, 'b.py']);
    assert.match(crashed.stderr, /KeyError/);
    assert.equal(crashed.report.reason, 'crashed');
    await crashing.upload();
    assert.deepEqual(await setAsideIn(team), []);
    const { report } = await team.check(team.machine('C'));
    assert.deepEqual([report.outcome, report.snapshot], ['hit', snapshotOf(published)]);
  });
});

async function setAsideIn({ remote }: Team) {
  const marks = ofType(await metasOfWholeRemote(remote), 'set-aside');
  return marks.map(({ key }) => (key as JsonObject)['id']);
}

function refsBy(metas: Awaited<ReturnType<typeof metasOfWholeRemote>>, name: string) {
  return ofType(metas, 'ref').filter(({ key }) => (key as JsonObject)['by'] === name);
}

function snapshotOf({ report }: Checked): string | null {
  return report.published.snapshot;
}

async function calledCommands(): Promise<readonly string[]> {
  const lines = (await redis.cli('INFO', 'commandstats')).split('\n');
  return lines.flatMap((line) => /^cmdstat_([^:|]+)/.exec(line)?.[1] ?? []);
}
