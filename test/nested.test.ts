import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  check,
  copyProject,
  count,
  findTools,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy, otherMypy } = findTools();

describe('a checker that another command starts', () => {
  for (const version of [otherMypy, mypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`gets its slot through the environment: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
        string,
        string,
        string,
      ];
      writeProject(mine, { 'a.py': 'import random\n', 'lint.sh': 'exec "$MYPY" a.py\n' });
      copyProject(mine, theirs);
      const command = ['sh', 'lint.sh'];
      const env = { MYPY: version.command };
      const expected = await run(command, {
        cwd: mine,
        env: { ...env, MYPY_CACHE_DIR: join(directory, 'cold') },
      });
      const options = { store, env, options: ['--checker', 'mypy'] };
      const cold = await check(command, { ...options, cwd: mine });
      assertSameAnswer(cold, expected, 'cold');
      assert.deepEqual([cold.report.outcome, cold.report.reason], ['miss', 'absent']);
      const restored = await check(command, { ...options, cwd: theirs });
      assertSameAnswer(restored, expected, 'restored');
      assert.equal(restored.report.outcome, 'hit');

      // What a failing command left may be what a killed checker left: it is not stored.
      writeProject(theirs, { 'a.py': 'import random\nx: int = random.random()\n' });
      const failing = await check(command, { ...options, cwd: theirs });
      assert.deepEqual([failing.code, failing.report.outcome, failing.report.published.files], [1, 'hit', 0]);
    });
  }
});

describe('python -m mypy', () => {
  it('shares with a second checkout like mypy itself', async (t) => {
    const directory = temporaryDirectory(t);
    const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeProject(mine, { 'a.py': 'import random\n' });
    copyProject(mine, theirs);
    const command = [mypy.python, '-m', 'mypy', 'a.py'];
    assert.equal((await check(command, { cwd: mine, store })).report.outcome, 'miss');
    assert.equal((await check(command, { cwd: theirs, store })).report.outcome, 'hit');
  });
});

describe('a mypy that must not be redirected', () => {
  for (const flag of ['--no-incremental', '--cache-dir=/dev/null', '--version', '--help']) {
    it(`is run as it is: ${flag}`, async (t) => {
      const directory = temporaryDirectory(t);
      writeProject(directory, { 'a.py': 'x = 1\n' });
      const expected = await run([mypy.command, flag, 'a.py'], { cwd: directory });
      const { report, stdout, code } = await check([mypy.command, flag, 'a.py'], {
        cwd: directory,
        store: join(directory, 'store'),
      });
      assert.equal(report.reason, 'passed-through');
      assert.deepEqual([stdout, code], [expected.stdout, expected.code]);
    });
  }
});
