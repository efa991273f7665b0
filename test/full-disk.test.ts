import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  assertStoreIsClean,
  check,
  type Checked,
  coldAnswer,
  copyProject,
  findTools,
  itInFull,
  type Scope,
  smallCorpora,
  temporaryDirectory,
} from './support/index.js';

const { mypy } = findTools();
const corpus = smallCorpora()[0]!;
const command = [mypy.command, ...corpus.args];

/** Only root can mount, and root is not held back by modes: each of the two sees its own cases. */
const isRoot = process.getuid?.() === 0;
const mounts = { skip: !isRoot && 'mounting a small disk needs root' };

/** A disk of its own, unmounted at the end. */
function mountDisk(scope: Scope, size: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'cleanmiss-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
  scope.after(() => {
    execFileSync('umount', ['-l', directory]);
    rmdirSync(directory);
  });
  return directory;
}

/** The answer is mypy's own; of the trouble there is one line. */
function assertGoesOn(
  { stdout, stderr, code, report }: Checked,
  expected: { stdout: string; code: number | null },
): void {
  assert.deepEqual([stdout, code], [expected.stdout, expected.code]);
  const lines = stderr.split('\n').filter((line) => line.startsWith('cleanmiss:'));
  assert.equal(lines.length, 1, stderr);
  assert.ok(report.degraded.length > 0);
}

describe('a disk', () => {
  it(
    'that is full where the store is costs one warning; with room again the run is stored',
    mounts,
    async (t) => {
      const directory = temporaryDirectory(t);
      const disk = mountDisk(t, '600k');
      const project = join(directory, 'project');
      copyProject(corpus.directory, project);
      const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
      const store = join(disk, 'store');
      assertGoesOn(await check(command, { cwd: project, store: store }), expected);
      execFileSync('mount', ['-o', 'remount,size=200m', disk]);
      await assertStoreIsClean(store);
      const next = await check(command, { cwd: project, store });
      assertSameAnswer(next, expected, 'with room again');
      assert.ok(next.report.published.files > 0);
    },
  );

  it('that is full where the project is costs one warning', mounts, async (t) => {
    const directory = temporaryDirectory(t);
    const project = join(mountDisk(t, '3m'), 'project');
    const roomy = join(directory, 'roomy');
    const store = join(directory, 'store');
    copyProject(corpus.directory, project);
    copyProject(corpus.directory, roomy);
    const expected = await coldAnswer(mypy, corpus.args, roomy, join(directory, 'cache'));
    await check(command, { cwd: roomy, store });
    fill(join(project, '..', 'ballast'));
    const checked = await check(command, { cwd: project, store });
    assertGoesOn(checked, expected);
  });

  it(
    'that is read-only where the store is still serves; what is new is dropped with one warning',
    mounts,
    async (t) => {
      const directory = temporaryDirectory(t);
      const disk = mountDisk(t, '200m');
      const store = join(disk, 'store');
      const [one, other] = ['one', 'other'].map((name) => join(directory, name)) as [string, string];
      for (const project of [one, other]) copyProject(corpus.directory, project);
      const expected = await coldAnswer(mypy, corpus.args, one, join(directory, 'cache'));
      await check(command, { cwd: one, store });
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const checked = await check(command, { cwd: other, store });
      assertGoesOn(checked, expected);
      assert.equal(checked.report.outcome, 'hit');
    },
  );

  itInFull('that is read-only where the project is costs one warning', mounts, async (t) => {
    const directory = temporaryDirectory(t);
    const disk = mountDisk(t, '200m');
    const project = join(disk, 'project');
    copyProject(corpus.directory, project);
    const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    assertGoesOn(await check(command, { cwd: project, store: join(directory, 'store') }), expected);
  });

  it(
    'that we may not write to costs one warning',
    { skip: isRoot && 'root may write everywhere' },
    async (t) => {
      const directory = temporaryDirectory(t);
      const project = join(directory, 'project');
      copyProject(corpus.directory, project);
      const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
      chmodSync(project, 0o500);
      t.after(() => {
        chmodSync(project, 0o700);
      });
      assertGoesOn(await check(command, { cwd: project, store: join(directory, 'store') }), expected);
    },
  );

  it(
    'that cannot hold folders costs one warning, and no time',
    { skip: process.platform !== 'linux' && 'there is no /proc' },
    async (t) => {
      const directory = temporaryDirectory(t);
      const project = join(directory, 'project');
      copyProject(corpus.directory, project);
      const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
      assertGoesOn(await check(command, { cwd: project, store: '/proc/cleanmiss' }), expected);
    },
  );

  itInFull('where a file stands in the store’s place costs one warning', async (t) => {
    const directory = temporaryDirectory(t);
    const project = join(directory, 'project');
    const store = join(directory, 'store');
    copyProject(corpus.directory, project);
    writeFileSync(store, 'not a folder');
    const expected = await coldAnswer(mypy, corpus.args, project, join(directory, 'cache'));
    assertGoesOn(await check(command, { cwd: project, store }), expected);
  });
});

function fill(file: string): void {
  for (let size = 4 * 1024 * 1024; size >= 512; size /= 2) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces may still fit.
    }
  }
}
