import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  cleanmiss,
  commitAll,
  findTools,
  initialCommit,
  itInFull,
  type Scope,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy } = findTools();

async function checkedProject(scope: Scope) {
  const directory = temporaryDirectory(scope);
  const [project, store] = [join(directory, 'project'), join(directory, 'store')];
  writeProject(project, { 'a.py': 'import random\n' });
  initialCommit(project);
  const start = () => check([mypy.command, 'a.py'], { cwd: project, store });
  const { report } = await start();
  const verb = (...args: readonly string[]) =>
    cleanmiss([...args], { cwd: project, env: { CLEANMISS_LOCAL: store } });
  const json = async <T>(...args: readonly string[]) =>
    JSON.parse((await verb(...args, '--json')).stdout) as T;
  return { project, store, report, start, verb, json };
}

describe('the verbs, after a run', () => {
  it('why says that the store was empty, then that the slot was warm', async (t) => {
    const { verb, start } = await checkedProject(t);
    assert.match((await verb('why')).stdout, /A miss: the store holds no snapshot/);
    await start();
    assert.match((await verb('why')).stdout, /A hit: the slot still held snapshot/);
    assert.match((await verb('why')).stdout, /overhead \d+ ms/);
  });

  it('stats counts', async (t) => {
    const { json, start } = await checkedProject(t);
    await start();
    const stats = await json<{
      store: { blobs: number };
      slots: unknown[];
      runs: { runs: number; hits: number; misses: object };
    }>('stats');
    assert.ok(stats.store.blobs > 10);
    assert.equal(stats.slots.length, 1);
    assert.deepEqual([stats.runs.runs, stats.runs.hits, stats.runs.misses], [2, 1, { absent: 1 }]);
  });

  it('inspect shows the snapshot that was left, by the beginning of its name too', async (t) => {
    const { verb, report } = await checkedProject(t);
    const id = report.published.snapshot!;
    assert.match((await verb('inspect')).stdout, new RegExp(id));
    assert.match((await verb('inspect', id.slice(0, 8))).stdout, /holds +\d+ units, \d+ files/);
  });

  it('doctor foresees the hit, and in an unusable store the trouble', async (t) => {
    const { verb, project } = await checkedProject(t);
    const good = await verb('doctor', '--', mypy.command, 'a.py');
    assert.equal(good.code, 0, good.stdout);
    assert.match(good.stdout, /next run +hits snapshot/);
    const bad = await verb('doctor', '--local', join(project, 'a.py'), '--', mypy.command, 'a.py');
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /trouble +store .*choose another/);
  });

  for (const [verb, code] of [
    ['gc', 1],
    ['stats', 1],
    ['verify', 2],
  ] as const) {
    it(`${verb} refuses a store that is named and not there, and makes none`, async (t) => {
      const { verb: start, project } = await checkedProject(t);
      const unmounted = join(project, 'mnt');
      mkdirSync(unmounted);
      for (const place of [join(project, 'typo'), unmounted]) {
        const ended = await start(verb, '--local', place);
        assert.deepEqual([ended.code, ended.stdout], [code, '']);
        assert.ok(ended.stderr.startsWith(`cleanmiss: there is no store in ${place}: `), ended.stderr);
      }
      assert.deepEqual([existsSync(join(project, 'typo')), readdirSync(unmounted)], [false, []]);
    });
  }

  it('gc leaves what is in use, and removes what nobody has used for long', async (t) => {
    const { json, start, project } = await checkedProject(t);
    const kept = await json<{ removedMetas: number; removedBlobs: number }>('gc');
    assert.deepEqual([kept.removedMetas, kept.removedBlobs], [0, 0]);
    rmSync(join(project, '.cleanmiss'), { recursive: true });
    assert.equal((await start()).report.outcome, 'hit');
  });

  itInFull('a wiped store is filled again by the next warm run', async (t) => {
    const { store, start, project } = await checkedProject(t);
    rmSync(store, { recursive: true });
    assert.equal((await start()).report.outcome, 'hit');
    rmSync(join(project, '.cleanmiss'), { recursive: true });
    assert.equal((await start()).report.outcome, 'hit');
  });

  itInFull('a commit without a change of the source is a hit from the slot', async (t) => {
    const { start, project } = await checkedProject(t);
    commitAll(project, 'Nothing');
    const { report } = await start();
    assert.deepEqual([report.outcome, report.source], ['hit', 'slot']);
  });
});
