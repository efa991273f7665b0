import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  cleanmiss,
  commitAll,
  findTools,
  initialCommit,
  itInFull,
  startCheck,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy } = findTools();

describe('a project whose .cleanmiss is removed during a check', () => {
  it('gets the check’s answer, and nothing of what two checkers may have made of one slot is stored', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import asyncio, email, http, unittest, xml, json, logging\n' });
    const running = startCheck([mypy.command, '-v', 'a.py'], { cwd: project, store });
    await running.waitForOutput(/LOG: /);
    rmSync(join(project, '.cleanmiss'), { recursive: true, force: true, maxRetries: 10 });
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /cleanmiss: .*the slot was removed during the check/);
    const { stdout } = await cleanmiss(['stats', '--json'], {
      cwd: project,
      env: { CLEANMISS_LOCAL: store },
    });
    assert.equal((JSON.parse(stdout) as { store: { metas: number } }).store.metas, 0);
  });
});

describe('a store that is out of order', () => {
  it('leaves a warm slot warm, also on the next commit', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import random\n' });
    initialCommit(project);
    const start = () => check([mypy.command, 'a.py'], { cwd: project, store });
    await start();
    renameSync(store, `${store}-away`);
    writeFileSync(store, 'not a folder');
    commitAll(project, 'Nothing');
    for (const about of ['the first run without', 'the second run without']) {
      const { report, stderr } = await start();
      assert.deepEqual([report.outcome, report.source], ['hit', 'slot'], about);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    }
  });

  itInFull('from the beginning still makes the second run warm', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    mkdirSync(project);
    writeProject(project, { 'a.py': 'import random\n' });
    writeFileSync(store, 'not a folder');
    const start = () => check([mypy.command, 'a.py'], { cwd: project, store });
    assert.deepEqual([(await start()).report.outcome, (await start()).report.outcome], ['miss', 'hit']);
  });
});

describe('a snapshot that was collected', () => {
  it('is stored again before a ref names it', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, other, store] = ['project', 'other/project', 'store'].map((name) =>
      join(directory, name),
    ) as [string, string, string];
    for (const place of [project, other]) writeProject(place, { 'a.py': 'import random\n' });
    initialCommit(project);
    const start = (cwd: string) => check([mypy.command, 'a.py'], { cwd, store });
    await start(project);
    for (const kind of ['metas', 'blobs']) rmSync(join(store, 'v1', kind), { recursive: true });
    commitAll(project, 'Nothing');
    await start(project);
    assert.equal((await start(other)).report.outcome, 'hit');
  });
});
