import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { CanaryTree } from './support/canaries.js';
import {
  assertSameAnswer,
  check,
  cleanmiss,
  coldAnswer,
  copyProject,
  type Ended,
  findTools,
  giveTo,
  itInFull,
  otherUser,
  TemporaryDirectory,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const noPipes = process.platform === 'win32' && 'Windows has no pipes in folders';

/** What somebody puts where we come to read and write. */
const plants = {
  'a link to a file': (path: string, canaries: CanaryTree) => symlinkSync(canaries.file(), path),
  'a link to what is not there': (path: string, canaries: CanaryTree) =>
    symlinkSync(canaries.file('new'), path),
  'a pipe': (path: string) => execFileSync('mkfifo', [path]),
  'a folder': (path: string) => mkdirSync(join(path, 'in it'), { recursive: true }),
} as const;
type Plant = keyof typeof plants;
const kinds = Object.keys(plants) as readonly Plant[];
const isFull = process.env['CLEANMISS_LONG'] === '1';

function plant(kind: Plant, path: string, canaries: CanaryTree): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  plants[kind](path, canaries);
}

describe('what somebody has planted before a run', { skip: noPipes }, () => {
  const directory = new TemporaryDirectory();
  const source = join(directory.path, 'source');
  const { mypy } = findTools();
  const command = [mypy.command, 'a.py'];
  let expected: Ended;

  before(async () => {
    writeProject(source, { 'a.py': 'import json\nx: int = json.dumps(1)\n' });
    expected = await coldAnswer(mypy, ['a.py'], source, join(directory.path, 'cache'));
  });
  after(() => {
    directory[Symbol.dispose]();
  });

  function newPlace(t: TestContext) {
    const place = temporaryDirectory(t);
    const [project, store] = [join(place, 'project'), join(place, 'store')];
    copyProject(source, project);
    return { project, store, canaries: new CanaryTree(join(place, 'outside')) };
  }

  /** Where the only slot of the project is. */
  function slotOf(project: string): string {
    const slots = join(project, '.cleanmiss', 'slots');
    return join(slots, readdirSync(slots)[0]!, '0');
  }

  // In brief, of each kind some.
  for (const kind of isFull ? kinds : (['some of each'] as const)) {
    it(`in and beside a slot is neither written through nor waited for: ${kind}`, async (t) => {
      const { project, store, canaries } = newPlace(t);
      await check(command, { cwd: project, store });
      const slot = slotOf(project);
      const names = [
        'slot.json',
        'slot.json.tmp',
        'index.jsonl',
        'index.jsonl.tmp',
        '../../../history.jsonl',
      ];
      const states = ['state/a.data.json', 'state/new', 'state/3.12'];
      const places = [...[...names, ...states].map((name) => join(slot, name)), join(store, 'versions.json')];
      for (const [i, path] of places.entries()) {
        plant(kind === 'some of each' ? kinds[i % kinds.length]! : kind, path, canaries);
      }
      const checked = await check(command, { cwd: project, store });
      assertSameAnswer(checked, expected, kind);
      assert.deepEqual(checked.report.degraded, []);
      assert.equal(checked.report.outcome, 'hit', JSON.stringify(checked.report));
      canaries.assertUntouched();
      const state = readdirSync(join(slot, 'state'), { recursive: true, withFileTypes: true });
      assert.ok(state.every((entry) => entry.isFile() || entry.isDirectory()));
      // The slot is as good as any other again.
      const next = await check(command, { cwd: project, store });
      assert.equal(next.report.source, 'slot', JSON.stringify(next.report));
      canaries.assertUntouched();
    });
  }

  it("in the place of a slot's lock, or by another user, leaves the check without a slot, and says why", async (t) => {
    const { project, store, canaries } = newPlace(t);
    await check(command, { cwd: project, store });
    for (const kind of isFull ? kinds : (['a link to a file'] as const)) {
      plant(kind, `${slotOf(project)}.lock`, canaries);
      const checked = await check(command, { cwd: project, store });
      assertSameAnswer({ ...checked, stderr: '' }, expected, kind);
      assert.match(checked.stderr, /^(?:cleanmiss: the cache is out of order \(lease: .*\.lock.*\n)?$/);
      canaries.assertUntouched();
    }
    if (process.getuid?.() !== 0) {
      t.diagnostic('to be another user wants root: not tried');
      return;
    }
    giveTo(otherUser(12345, 12345), join(project, '.cleanmiss'));
    const checked = await check(command, { cwd: project, store });
    assertSameAnswer({ ...checked, stderr: '' }, expected, 'a slot of another user');
    assert.match(checked.stderr, /\.cleanmiss belongs to another user \(uid 12345\); remove it/);
  });

  for (const name of isFull ? ['.cleanmiss', '.cleanmiss/slots'] : ['.cleanmiss']) {
    it(`in the place of ${name} is refused by its name, and nothing behind it is touched`, async (t) => {
      const { project, store, canaries } = newPlace(t);
      mkdirSync(join(canaries.path, 'slots'));
      canaries.look();
      mkdirSync(dirname(join(project, name)), { recursive: true });
      symlinkSync(canaries.path, join(project, name));
      const checked = await check(command, { cwd: project, store });
      assertSameAnswer({ ...checked, stderr: '' }, expected, name);
      assert.ok(checked.stderr.includes(`${join(project, name)} is a symbolic link; remove it`));
      canaries.assertUntouched();
    });
  }

  it('in the store is refused by its name: by a run, by verify and by gc', async (t) => {
    const { project, store, canaries } = newPlace(t);
    await check(command, { cwd: project, store });
    const folder = join(store, 'v1', 'quarantine');
    rmSync(folder, { recursive: true, force: true });
    symlinkSync(canaries.path, folder);
    for (const args of [['gc', '--max-age', '0d'], ['verify']]) {
      const ended = await cleanmiss([...args, '--local', store], { cwd: project });
      assert.notEqual(ended.code, 0);
      assert.ok(ended.stderr.includes(`${folder} is a symbolic link`), ended.stderr);
    }
    rmSync(folder);
    const blobs = join(store, 'v1', 'blobs');
    rmSync(blobs, { recursive: true });
    symlinkSync(canaries.path, blobs);
    rmSync(join(project, '.cleanmiss'), { recursive: true });
    const checked = await check(command, { cwd: project, store });
    assertSameAnswer({ ...checked, stderr: '' }, expected, 'a link in the store');
    assert.ok(checked.stderr.includes(`${blobs} is a symbolic link`), checked.stderr);
    canaries.assertUntouched();
  });

  itInFull(
    'where a store keeps its projects and its log is passed over by gc, and hinders no run',
    async (t) => {
      const { project, store, canaries } = newPlace(t);
      await check(command, { cwd: project, store });
      for (const name of ['projects/x.json', `projects/${'0'.repeat(32)}.json`, 'gc/log.jsonl'])
        plant('a pipe', join(store, name), canaries);
      const gc = () => cleanmiss(['gc', '--local', store], { cwd: project, timeoutMs: 60_000 });
      assert.deepEqual(await gc().then(({ code, stderr }) => [code, stderr]), [0, '']);
      for (const name of ['projects', 'gc']) {
        rmSync(join(store, name), { recursive: true });
        symlinkSync(canaries.path, join(store, name));
      }
      const { code, stderr } = await gc();
      assert.equal(code, 0);
      assert.ok(stderr.includes(`left as it is: ${join(store, 'projects')} is a symbolic link`), stderr);
      rmSync(join(project, '.cleanmiss'), { recursive: true });
      writeProject(project, { 'a.py': 'import json\nx: int = json.dumps(2)\n' });
      const checked = await check(command, { cwd: project, store, timeoutMs: 60_000 });
      assert.deepEqual([checked.code, checked.report.degraded], [1, []]);
      canaries.assertUntouched();
    },
  );

  describe('around restore and save', () => {
    const half = (verb: string, cwd: string, store: string, ...options: readonly string[]) =>
      cleanmiss([verb, ...options, '--local', store, '--state', '.mypy_cache', '--', ...command], { cwd });

    it('in the state directory has restore refuse it, and save pass it over', async (t) => {
      const { project, store, canaries } = newPlace(t);
      const state = join(project, '.mypy_cache');
      assert.equal((await half('restore', project, store)).code, 0);
      await coldAnswer(mypy, ['a.py'], project, state);
      symlinkSync(canaries.file(), join(state, 'b.data.json'));
      symlinkSync(canaries.path, join(state, 'link'));
      execFileSync('mkfifo', [join(state, 'c.data.json')]);
      const saved = await half('save', project, store, '--exit-code', '1');
      assert.equal(saved.code, 0, saved.stderr);
      const refused = await half('restore', project, store);
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /is not restored to, because it holds (?:b\.data\.json|c\.data\.json|link)/,
      );
      assert.ok(lstatSync(join(state, 'link')).isSymbolicLink());
      canaries.assertUntouched();
    });

    it('in what is remembered between them is refused, or replaced', async (t) => {
      const { project, store, canaries } = newPlace(t);
      const halves = join(project, '.cleanmiss', 'halves');
      mkdirSync(dirname(halves));
      symlinkSync(canaries.path, halves);
      const refused = await half('restore', project, store);
      assert.equal(refused.code, 1);
      assert.ok(refused.stderr.includes(`${halves} is a symbolic link; remove it`), refused.stderr);
      canaries.assertUntouched();
      rmSync(halves);
      assert.equal((await half('restore', project, store)).code, 0);
      const [context] = readdirSync(halves);
      for (const name of ['begun', 'slot.json', 'index.jsonl.tmp']) {
        plant('a link to a file', join(halves, context!, name), canaries);
      }
      const restored = await half('restore', project, store);
      assert.equal(restored.code, 0, restored.stderr);
      assert.ok(lstatSync(join(halves, context!, 'begun')).isFile());
      canaries.assertUntouched();
    });
  });

  const noProc = !existsSync('/proc/self') && 'there is no /proc';
  it(
    'where no folder can be made, and the system does not say so, ends all the same',
    { skip: noProc },
    async (t) => {
      const { project, store } = newPlace(t);
      const shared = join(store, '..', 'shared');
      mkdirSync(shared);
      const place = { cwd: project, timeoutMs: 60_000, env: { CLEANMISS_REMOTE: `file://${shared}` } };
      const nowhere = '/proc/cleanmiss/store';
      const checked = await check(command, { ...place, store: nowhere, options: ['--wait'] });
      assertSameAnswer({ ...checked, stderr: '' }, expected, 'a store in /proc');
      assert.match(checked.stderr, /^cleanmiss: the cache is out of order .*\n$/);
      assert.equal((await cleanmiss(['upload', '--local', nowhere], place)).code, 0);
      const restore = ['restore', '--local', store, '--state', '/proc/cleanmiss/state', '--', ...command];
      const restored = await cleanmiss(restore, place);
      assert.equal(restored.code, 1);
      assert.match(restored.stderr, /^cleanmiss: ENOENT.*\/proc\/cleanmiss'\n$/);
    },
  );

  it('in the place of the configuration is refused, and not read for ever', async (t) => {
    const { project, store, canaries } = newPlace(t);
    for (const target of ['/dev/zero', canaries.path]) {
      rmSync(join(project, 'cleanmiss.config.json'), { force: true });
      symlinkSync(target, join(project, 'cleanmiss.config.json'));
      const ended = await cleanmiss(['run', '--local', store, '--', ...command], { cwd: project });
      assert.equal(ended.code, 125);
      assert.match(ended.stderr, /^cleanmiss: .*cleanmiss\.config\.json is no file of/);
    }
    assert.ok(!existsSync(join(project, '.cleanmiss')));
  });
});
