import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  count,
  assertSameAnswer,
  check,
  coldAnswer,
  commitAll,
  copyProject,
  findTools,
  git,
  initialCommit,
  run,
  temporaryDirectory,
  touch,
  writeProject,
} from './support/index.js';

// mypy takes a source for unchanged where its size and the second of its mtime are. Archives, image layers and build sandboxes
// give every file one time; a state that was made from another commit's files must not be believed there.

const right = { 'a.py': 'import b\nx: int = b.f()\n', 'b.py': 'def f() -> int: return 1 \n' };
const wrong = { 'b.py': 'def f() -> str: return ""\n' };
const epoch = new Date('1980-01-01T00:00:00Z');
const { mypy, otherMypy } = findTools();

function stamp(project: string): void {
  for (const file of ['a.py', 'b.py']) touch(join(project, file), epoch);
}

describe('two commits whose files bear one time and have one size', () => {
  it('mislead mypy alone on one directory, which is what this is about', async (t) => {
    const project = temporaryDirectory(t);
    writeProject(project, right);
    stamp(project);
    await run([mypy.command, 'a.py'], { cwd: project });
    writeProject(project, wrong);
    stamp(project);
    assert.equal((await run([mypy.command, 'a.py'], { cwd: project })).code, 0);
  });

  for (const version of [mypy, otherMypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`get right answers in two checkouts: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
        string,
        string,
        string,
      ];
      writeProject(mine, right);
      stamp(mine);
      copyProject(mine, theirs);
      writeProject(theirs, wrong);
      stamp(theirs);
      await check([version.command, 'a.py'], { cwd: mine, store });
      const expected = await coldAnswer(version, ['a.py'], theirs, join(directory, 'cold'));
      const checked = await check([version.command, 'a.py'], { cwd: theirs, store });
      assert.equal(expected.code, 1);
      assertSameAnswer(checked, expected, 'in the other checkout');
      assert.equal(checked.report.outcome, 'hit');
    });

    it(`get right answers on two branches of one checkout: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const [project, store] = [join(directory, 'project'), join(directory, 'store')];
      writeProject(project, right);
      initialCommit(project);
      git(project, 'checkout', '--quiet', '-b', 'topic');
      writeProject(project, wrong);
      commitAll(project, 'Another type');
      for (const branch of ['main', 'topic', 'main']) {
        git(project, 'checkout', '--quiet', branch);
        stamp(project);
        const expected = await coldAnswer(version, ['a.py'], project, join(directory, `cold-${branch}`));
        assertSameAnswer(await check([version.command, 'a.py'], { cwd: project, store }), expected, branch);
      }
    });
  }
});
