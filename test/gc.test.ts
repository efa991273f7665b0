import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf } from '@cleanmiss/core';
import { tryLease } from '@cleanmiss/snapshot';
import {
  check,
  cleanmiss,
  copyProject,
  findTools,
  initialCommit,
  count,
  itInFull,
  type Scope,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy } = findTools();
const [hourMs, dayMs] = [3_600_000, 86_400_000];

interface Collected {
  readonly removedMetas: number;
  readonly removedBlobs: number;
  readonly keptBytes: number;
  readonly excessBytes: number;
  readonly removedSlots: readonly { readonly directory: string }[];
  readonly forgottenProjects: readonly string[];
}

/** A store and projects that use it. */
class Place {
  readonly directory: string;
  readonly store: string;
  readonly log: string;

  constructor(scope: Scope) {
    this.directory = temporaryDirectory(scope);
    this.store = join(this.directory, 'store');
    this.log = join(this.store, 'gc', 'log.jsonl');
  }

  project(name: string, config: object = {}): string {
    const project = join(this.directory, name);
    const files = { 'a.py': `name = "${name}"\n`, 'cleanmiss.config.json': JSON.stringify(config) };
    writeProject(project, files);
    initialCommit(project);
    return project;
  }

  async check(project: string, env: Readonly<Record<string, string>> = {}) {
    const checked = await check([mypy.command, 'a.py'], { cwd: project, store: this.store, env });
    assert.deepEqual(checked.report.degraded, []);
    return checked;
  }

  gc(cwd: string, ...args: readonly string[]) {
    return cleanmiss(['gc', ...args], { cwd, env: { CLEANMISS_LOCAL: this.store } });
  }

  async collect(cwd: string, ...args: readonly string[]): Promise<Collected> {
    const { stdout, stderr } = await this.gc(cwd, '--json', ...args);
    assert.equal(stderr, '');
    return JSON.parse(stdout) as Collected;
  }

  /** A blob that nobody names, and nobody has touched for long. */
  addGarbage(): string {
    const bytes = Buffer.from('garbage');
    const digest = digestOf(bytes);
    const path = join(this.store, 'v1', 'blobs', digest.slice(0, 2), digest.slice(2));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    age(path, 2 * dayMs);
    return path;
  }

  /** As if all that it holds had been put so long ago. */
  age(ms: number): void {
    for (const path of this.files()) age(join(this.store, path), ms);
  }

  files(): readonly string[] {
    return readdirSync(this.store, { recursive: true, encoding: 'utf8' }).sort();
  }

  state(): Record<string, number> {
    const [line, ...added] = readFileSync(this.log, 'utf8').trim().split('\n');
    assert.ok(line);
    return { ...(JSON.parse(line) as Record<string, number>), lines: 1 + added.length };
  }

  /** As if the last collection had been so long ago. */
  collectedAgo(ms: number, keptBytes = 0): void {
    const state = { collectedMs: Date.now() - ms, keptBytes, addedBytes: 0, startedMs: 0 };
    mkdirSync(dirname(this.log), { recursive: true });
    writeFileSync(this.log, `${JSON.stringify(state)}\n`);
  }

  /** Resolves when a collection behind the run has ended. */
  async collected(): Promise<void> {
    while (Date.now() - this.state()['collectedMs']! > hourMs) await delay(10);
  }
}

describe('cleanmiss gc', () => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [['--max-age', 'soon'], /--max-age "soon" is not understood; write 90m, 12h or 30d/],
    [['--max-size', '10'], /--max-size "10" is not understood; write 500MB or 10GB/],
    [['--max-size', '-1GB'], /--max-size/],
    [['--max-size=10GiB'], /--max-size "10GiB"/],
    [['everything'], /"everything" is not expected here/],
  ];
  for (const [args, words] of mistakes) {
    it(`refuses ${args.join(' ')}, and says why`, async (t) => {
      const place = new Place(t);
      const { code, stderr } = await place.gc(place.directory, ...args);
      assert.equal(code, 1);
      assert.match(stderr, words);
    });
  }

  it('finds nothing in a store that is not there, and makes none', async (t) => {
    const place = new Place(t);
    const { removedBlobs, removedSlots } = await place.collect(place.directory);
    assert.deepEqual([removedBlobs, removedSlots], [0, []]);
    const told = await place.gc(place.directory);
    assert.match(told.stdout, /^store +\/.*\/store \(nothing was ever stored there\)$/m);
    assert.equal(existsSync(place.store), false);
  });

  it('says in a dry run what it would remove, touches nothing, and then does so', async (t) => {
    const place = new Place(t);
    const [project, gone] = [place.project('project'), place.project('gone')];
    for (const each of [project, gone]) await place.check(each);
    rmSync(gone, { recursive: true });
    place.addGarbage();
    place.age(31 * dayMs);
    for (const lock of locksIn(project)) age(lock, 31 * dayMs);
    const before = place.files();
    const { stdout } = await place.gc(project, '--dry-run');
    assert.match(stdout, /^would remove +\d+ metas, \d+ blobs/m);
    assert.match(stdout, new RegExp(`^would remove +slot ${project}/\\.cleanmiss/slots/mypy-\\w+/0 `, 'm'));
    assert.match(stdout, new RegExp(`^would forget +project ${gone}$`, 'm'));
    const dry = await place.collect(project, '--dry-run');
    assert.deepEqual(place.files(), before);
    assert.equal(locksIn(project).length, 1);
    const done = await place.collect(project);
    assert.deepEqual(done, dry);
    assert.ok(done.removedMetas > 0 && done.removedBlobs > 0);
    assert.deepEqual([done.keptBytes, locksIn(project)], [0, []]);
    assert.match((await place.gc(project)).stdout, /^removed +0 metas, 0 blobs \(0 B\)$/m);
  });

  it('keeps to a size: what was used last stays, and is a hit', async (t) => {
    const place = new Place(t);
    const [old, young] = [place.project('old'), place.project('young')];
    await place.check(old);
    place.age(5 * hourMs);
    await place.check(young);
    place.age(2 * hourMs);
    const all = await place.collect(old, '--max-size', '1TB');
    assert.equal(all.removedMetas, 0);
    const some = await place.collect(old, '--max-size', `${Math.ceil(all.keptBytes / 1000) - 1}kB`);
    assert.ok(some.removedMetas > 0 && some.keptBytes > 0);
    const none = await place.collect(old, '--max-size', '0B');
    assert.equal(none.keptBytes, 0);
    rmSync(join(young, '.cleanmiss'), { recursive: true });
    assert.equal((await place.check(young)).report.outcome, 'miss');
    const { stdout } = await place.gc(old, '--max-size', '1kB');
    assert.match(stdout, /^kept .* more than 1\.0 kB, too young to go$/m);
  });

  itInFull('takes its bounds from the configuration, but not for a store that is named', async (t) => {
    const place = new Place(t);
    const project = place.project('project', { gc: { maxSize: '0B', maxAge: '2h' } });
    await place.check(project);
    place.age(3 * hourMs);
    assert.equal((await place.collect(project, '--dry-run')).keptBytes, 0);
    assert.ok((await place.collect(project, '--dry-run', '--local', place.store)).keptBytes > 0);
    const named = ['--dry-run', '--local', place.store, '--max-size', '0B'];
    assert.equal((await place.collect(project, ...named)).keptBytes, 0);
  });

  itInFull(
    'keeps a directory that a team shares to a size, and leaves nothing of its own there',
    async (t) => {
      const place = new Place(t);
      const [shared, project] = [join(place.directory, 'shared'), place.project('project')];
      mkdirSync(shared);
      const env = { CLEANMISS_REMOTE: `file://${shared}` };
      await check([mypy.command, 'a.py'], { cwd: project, store: place.store, env, options: ['--wait'] });
      for (const path of readdirSync(shared, { recursive: true, encoding: 'utf8' }))
        age(join(shared, path), 2 * hourMs);
      const kept = await place.collect(place.directory, '--local', shared);
      assert.ok(kept.keptBytes > 0);
      assert.equal(
        (await place.collect(place.directory, '--local', shared, '--max-size', '0B')).keptBytes,
        0,
      );
      assert.deepEqual(readdirSync(shared), ['v1']);
    },
  );

  it('finds slots of other projects that use the store, and leaves those in use', async (t) => {
    const place = new Place(t);
    const [here, unused, used] = [place.project('here'), place.project('unused'), place.project('used')];
    for (const project of [here, unused, used]) await place.check(project);
    for (const lock of [...locksIn(unused), ...locksIn(used)]) age(lock, 31 * dayMs);
    using lease = tryLease(locksIn(used)[0]!);
    assert.ok(lease);
    const { removedSlots } = await place.collect(here);
    assert.deepEqual(
      removedSlots.map(({ directory }) => dirname(dirname(directory))),
      [join(unused, '.cleanmiss', 'slots')],
    );
    assert.deepEqual(
      [here, unused, used].map((project) => locksIn(project).length),
      [1, 0, 1],
    );
  });

  itInFull('finds slots of a checkout that had nothing of its own to store', async (t) => {
    const place = new Place(t);
    const [here, copy] = [place.project('here'), join(place.directory, 'copy')];
    await place.check(here);
    copyProject(here, copy, { mtime: statSync(join(here, 'a.py')).mtime });
    assert.equal((await place.check(copy)).report.published.bytes, 0);
    for (const lock of locksIn(copy)) age(lock, 31 * dayMs);
    await place.collect(here);
    assert.deepEqual(
      [here, copy].map((project) => locksIn(project).length),
      [1, 0],
    );
  });

  itInFull('leaves a project that somebody else has put in the way as it is, and says so', async (t) => {
    const place = new Place(t);
    const [here, moved] = [place.project('here'), place.project('moved')];
    for (const project of [here, moved]) await place.check(project);
    const aside = `${moved}-aside`;
    renameSync(join(moved, '.cleanmiss'), aside);
    writeFileSync(join(moved, '.cleanmiss'), 'no folder');
    const { code, stderr } = await place.gc(here);
    assert.equal(code, 0);
    assert.match(stderr, /left as it is: .*moved\/\.cleanmiss is not a folder/);
  });
});

describe('a collection that runs by itself', () => {
  it('is started by a run that stores something a day after the last one, and by none within an hour', async (t) => {
    const place = new Place(t);
    const project = place.project('project');
    await place.check(project);
    assert.equal(place.state()['startedMs'], 0, 'the first run begins the day');
    const garbage = place.addGarbage();
    place.collectedAgo(dayMs + 1);
    const { stderr, report } = await change(place, project);
    assert.ok(report.published.bytes > 0);
    assert.equal(stderr, '');
    await place.collected();
    assert.equal(existsSync(garbage), false);
    const { keptBytes, addedBytes, startedMs } = place.state();
    assert.ok(keptBytes! > 0);
    assert.deepEqual([addedBytes, startedMs], [0, 0]);
    await change(place, project);
    assert.deepEqual([place.state()['startedMs'], place.state()['lines']], [0, 2]);
  });

  it('is started when what was stored since passes the bound', async (t) => {
    const place = new Place(t);
    const project = place.project('project', { gc: { maxSize: '1kB' } });
    place.collectedAgo(2 * hourMs, 900);
    const garbage = place.addGarbage();
    await place.check(project);
    await place.collected();
    assert.equal(existsSync(garbage), false);
  });

  it('costs a run that stores nothing not even a look', async (t) => {
    const place = new Place(t);
    const project = place.project('project');
    await place.check(project);
    place.collectedAgo(30 * dayMs);
    age(place.log, dayMs);
    const before = statSync(place.log);
    assert.equal((await place.check(project)).report.source, 'slot');
    const after = statSync(place.log);
    assert.deepEqual([after.mtimeMs, after.size, after.ino], [before.mtimeMs, before.size, before.ino]);
  });

  const silent: readonly (readonly [string, object, Readonly<Record<string, string>>])[] = [
    ['in CI', {}, { CI: 'true' }],
    ['where the environment says off', {}, { CLEANMISS_GC: 'off' }],
    ['where the configuration says off', { gc: 'off' }, {}],
  ];
  for (const [where, config, env] of silent.slice(0, count({ full: silent.length, quick: 1 }))) {
    it(`is not started ${where}`, async (t) => {
      const place = new Place(t);
      const project = place.project('project', config);
      place.collectedAgo(30 * dayMs);
      const before = place.state();
      await place.check(project, env);
      assert.deepEqual(place.state(), before);
    });
  }

  itInFull('leaves it to another that is at it, and says nothing', async (t) => {
    const place = new Place(t);
    const project = place.project('project');
    await place.check(project);
    const garbage = place.addGarbage();
    const run = () => place.gc(project, '--background');
    const lease = tryLease(join(place.store, 'gc', 'lock'));
    const busy = await run();
    assert.deepEqual([busy.code, busy.stdout, busy.stderr, existsSync(garbage)], [0, '', '', true]);
    lease!.release();
    const free = await run();
    assert.deepEqual([free.code, free.stdout, free.stderr, existsSync(garbage)], [0, '', '', false]);
  });

  itInFull('does not hinder the check where its log cannot be read or written', async (t) => {
    const place = new Place(t);
    const project = place.project('project');
    mkdirSync(place.log, { recursive: true });
    const { code, stderr } = await place.check(project);
    assert.deepEqual([code, stderr], [0, '']);
    await change(place, project);
  });
});

async function change(place: Place, project: string) {
  writeFileSync(join(project, 'a.py'), `text = "${'x'.repeat(statSync(join(project, 'a.py')).size)}"\n`);
  return await place.check(project);
}

function locksIn(project: string): readonly string[] {
  const slots = join(project, '.cleanmiss', 'slots');
  if (!existsSync(slots)) return [];
  const paths = readdirSync(slots, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => path.endsWith('.lock')).map((path) => join(slots, path));
}

function age(path: string, ms: number): void {
  const seconds = (Date.now() - ms) / 1000;
  utimesSync(path, seconds, seconds);
}
