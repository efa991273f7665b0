import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  cleanmiss,
  copyMypy,
  findTools,
  itInFull,
  type MypyEdit,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

/** A mypy that breaks down on every state it finds, as after a change of format that forgot to say so. */
const breaksOnState: MypyEdit = {
  file: 'build.py',
  from: /^def validate_meta\(.*?\) -> [^\n]*:\n/ms,
  to: '$&    if meta is not None: raise KeyError("setter_type")\n',
};

/** A mypy that breaks down whenever. */
const breaksAlways: MypyEdit = {
  file: 'build.py',
  from: /^def dispatch\(.*?\n(?= {4}\w)/ms,
  to: '$&    raise KeyError("always")\n',
};

/** A mypy that does its work, and then breaks down at length. */
const breaksAtLength: MypyEdit = {
  file: '__main__.py',
  from: /^def console_entry\(\).*:\n/m,
  to: `$&    import atexit, os, sys
    from mypy import build
    real = build.build
    def broken(*args, **kwargs):
        real(*args, **kwargs)
        sys.stderr.write("Traceback (most recent call last):\\n" + "  File x, line 1\\n" * 10000 + "KeyError: 1\\n")
        sys.stderr.flush()
        os._exit(1)
    build.build = broken
`,
};

function assertOneLine(stderr: string, pattern: RegExp): void {
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.match(stderr, pattern);
}

describe('a crash of the checker', () => {
  it('on a restored state costs time and no result: the snapshot is set aside and the check run again, cold', async (t) => {
    const directory = temporaryDirectory(t);
    const breaking = copyMypy(findTools().mypy, join(directory, 'mypy'), 'breaking', [breaksOnState]);
    const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    for (const project of [mine, theirs]) writeProject(project, { 'a.py': 'import random\nx: int = ""\n' });
    const start = (cwd: string) => check([breaking.command, 'a.py'], { cwd, store });
    const cold = await start(mine);
    assert.equal(cold.code, 1);
    const restored = await start(theirs);
    assert.deepEqual([restored.stdout, restored.code], [cold.stdout, cold.code]);
    assert.equal(restored.report.reason, 'crashed');
    assertOneLine(restored.stderr, /^cleanmiss: mypy broke down on snapshot [0-9a-f]{12}; it is set aside/);
  });

  itInFull(
    'on what a slot had kept empties that slot, and keeps nobody else from the snapshot',
    async (t) => {
      const directory = temporaryDirectory(t);
      const { mypy } = findTools();
      const breaking = copyMypy(mypy, join(directory, 'mypy'), 'breaking', [breaksOnState]);
      const [project, store] = [join(directory, 'project'), join(directory, 'store')];
      writeProject(project, { 'a.py': 'import random\nx: int = ""\n' });
      const start = () => check([breaking.command, 'a.py'], { cwd: project, store });
      const cold = await start();
      const healed = await start();
      assert.deepEqual([healed.stdout, healed.code], [cold.stdout, cold.code]);
      assertOneLine(healed.stderr, /^cleanmiss: mypy broke down on what its slot held; that is removed/);
      const inspected = await cleanmiss(['inspect', cold.report.published.snapshot!, '--local', store]);
      assert.equal(inspected.code, 0, inspected.stderr);
    },
  );

  it('with a traceback longer than anybody’s memory is still a crash, and its state is not stored', async (t) => {
    const directory = temporaryDirectory(t);
    const long = copyMypy(findTools().mypy, join(directory, 'mypy'), 'long', [breaksAtLength]);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import random\n' });
    const crashed = await check([long.command, 'a.py'], { cwd: project, store });
    assert.equal(crashed.code, 1);
    assert.ok(crashed.stderr.length > 100_000);
    assert.equal(crashed.report.published.files, 0);
  });

  itInFull('that was not the snapshot’s fault is shown as it is, and the snapshot stays', async (t) => {
    const directory = temporaryDirectory(t);
    const { mypy } = findTools();
    const breaking = copyMypy(mypy, join(directory, 'mypy'), 'copy', [breaksAlways]);
    const whole = copyMypy(mypy, join(directory, 'whole'), 'copy');
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import random\n' });
    const first = await check([whole.command, 'a.py'], { cwd: project, store });
    assert.equal(first.code, 0);
    const crashed = await check([breaking.command, 'a.py'], { cwd: project, store });
    assert.notEqual(crashed.code, 0);
    assert.match(crashed.stderr, /KeyError/);
    const again = await check([whole.command, 'a.py'], { cwd: project, store });
    assert.deepEqual([again.code, again.report.outcome], [0, 'hit']);
  });
});
