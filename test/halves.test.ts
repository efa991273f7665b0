import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  cleanmiss,
  coldAnswer,
  copyProject,
  count,
  findTools,
  run,
  smallCorpora,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy, otherMypy } = findTools();

describe('restore and save, around a step that runs the checker itself', () => {
  for (const version of [otherMypy, mypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`warm a second checkout: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const corpus = smallCorpora()[0]!;
      const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
        string,
        string,
        string,
      ];
      for (const project of [mine, theirs]) copyProject(corpus.directory, project);
      const command = [version.command, ...corpus.args];
      const half = (verb: string, cwd: string, ...options: readonly string[]) =>
        cleanmiss(
          [verb, '--json', ...options, '--local', store, '--state', '.mypy_cache', '--', ...command],
          { cwd },
        );
      const expected = await coldAnswer(version, corpus.args, mine, join(directory, 'cold'));

      assert.equal((JSON.parse((await half('restore', mine)).stdout) as { outcome: string }).outcome, 'miss');
      const first = await run(command, { cwd: mine });
      assert.equal((await half('save', mine, '--exit-code', String(first.code))).code, 0);
      assert.equal(
        (JSON.parse((await half('restore', theirs)).stdout) as { outcome: string }).outcome,
        'hit',
      );
      const warm = await run(command, { cwd: theirs });
      assert.deepEqual([warm.stdout, warm.code], [expected.stdout, expected.code]);
    });
  }

  for (const state of ['src', '.', '.git', 'link', 'src/a.py', '..']) {
    it(`never empties what is no state: --state ${state}`, async (t) => {
      const directory = temporaryDirectory(t);
      const project = join(directory, 'project');
      writeProject(project, { 'src/a.py': 'x = 1\n', '.git/HEAD': 'ref: refs/heads/main\n' });
      symlinkSync('src', join(project, 'link'));
      const args = [
        'restore',
        '--local',
        join(directory, 'store'),
        '--state',
        state,
        '--',
        mypy.command,
        'src',
      ];
      const { code, stderr } = await cleanmiss(args, { cwd: project });
      assert.equal(code, 1);
      assert.match(stderr, /is not restored to, because/);
      assert.equal(readFileSync(join(project, 'src', 'a.py'), 'utf8'), 'x = 1\n');
      assert.ok(existsSync(join(project, '.git', 'HEAD')));
    });
  }

  it('a save after a crash stores nothing', async (t) => {
    const directory = temporaryDirectory(t);
    const store = join(directory, 'store');
    const half = (...words: readonly string[]) =>
      cleanmiss([...words, '--local', store, '--state', 'state', '--', mypy.command, 'a.py'], {
        cwd: directory,
      });
    await half('restore');
    const { stdout, code } = await half('save', '--exit-code', '139');
    assert.deepEqual([stdout, code], ['nothing is stored: the command did not end normally\n', 0]);
  });

  it('a save without a restore before it is refused', async (t) => {
    const directory = temporaryDirectory(t);
    const args = [
      'save',
      '--exit-code',
      '0',
      '--local',
      join(directory, 'store'),
      '--state',
      'x',
      '--',
      mypy.command,
      'a.py',
    ];
    const { code, stderr } = await cleanmiss(args, { cwd: directory });
    assert.equal(code, 1);
    assert.match(stderr, /no cleanmiss restore before this save/);
  });
});
