import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  count,
  assertSameAnswer,
  check,
  coldAnswer,
  copyProject,
  findTools,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

// python/mypy #9554: mypy up to 1.18 does not remember which interfaces a module was checked against. After a run that
// does not visit `c`, the state says that `c` is fine, and the next run that visits it believes that.

const before = {
  'a.py': 'import b\nb.f(1)\n',
  'b.py': 'def f(x: int) -> int:\n    return x\n',
  'c.py': 'import b\nb.f(2)\n',
};
const after = {
  'b.py': 'def f(x: int, y: int = 0) -> str:\n    return str(x + y)\n',
  'c.py': before['c.py'],
};
const through = {
  'd.py': 'import c\nx: int = c.g()\n',
  'c.py': 'import b\n\ndef g() -> int:\n    return b.f(2)\n',
};
const wrong = { 'b.py': 'def f(x: str) -> str:\n    return x\n' };

const { mypy, otherMypy } = findTools();
const old = [mypy, otherMypy].find(({ version }) => /^1\.(?:\d|1[0-8])(?:\.|$)/.test(version));
const whenOld = {
  skip: old === undefined && `neither ${mypy.version} nor ${otherMypy.version} is 1.18 or older`,
};

describe('a partial run after a change', () => {
  it('makes mypy alone answer wrongly, which is what this is about', whenOld, async (t) => {
    const project = temporaryDirectory(t);
    writeProject(project, before);
    const plain = (...files: readonly string[]) => run([old!.command, ...files], { cwd: project });
    await plain('a.py', 'b.py', 'c.py');
    writeProject(project, wrong);
    await plain('a.py');
    const { code, stdout } = await plain('c.py');
    assert.deepEqual([code, stdout], [0, 'Success: no issues found in 1 source file\n']);
  });

  for (const version of [mypy, otherMypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`is followed by right answers with cleanmiss: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
        string,
        string,
        string,
      ];
      let runs = 0;
      writeProject(mine, { ...before, ...through });
      const checked = async (cwd: string, ...files: readonly string[]) => {
        const expected = await coldAnswer(version, files, cwd, join(directory, `cold-${String(++runs)}`));
        const actual = await check([version.command, ...files], { cwd, store });
        assertSameAnswer(actual, expected, `${cwd}: ${files.join(' ')}`);
      };
      await checked(mine, 'a.py', 'b.py', 'c.py', 'd.py');
      writeProject(mine, wrong);
      await checked(mine, 'a.py');
      copyProject(mine, theirs);
      await checked(mine, 'c.py');
      await checked(theirs, 'c.py');
      await checked(theirs, 'd.py');
      writeProject(theirs, after);
      await checked(theirs, 'b.py');
      await checked(theirs, 'a.py');
      await checked(theirs, 'd.py');
      await checked(mine, 'd.py');
    });
  }
});
