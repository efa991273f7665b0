import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  copyMypy,
  findTools,
  temporaryDirectory,
  writeProject,
  type MypyEdit,
} from './support/index.js';

/** A mypy that breaks down on every state it finds, as after a change of format that forgot to say so. */
const breaksOnState: MypyEdit = {
  file: 'build.py',
  from: /^( +)def load_tree\(self.*:\n/m,
  to: '$&$1    raise KeyError("setter_type")\n',
};

/** A mypy that breaks down whenever. */
const breaksAlways: MypyEdit = {
  file: 'build.py',
  from: /^def dispatch\(.*?\n(?= {4}\w)/ms,
  to: '$&    raise KeyError("always")\n',
};

describe('a crash of the checker', () => {
  it('on a restored state costs time and no result: the snapshot is set aside and the check run again, cold', async (t) => {
    const directory = temporaryDirectory(t);
    const breaking = copyMypy(findTools().mypy, join(directory, 'mypy'), 'breaking', [breaksOnState]);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import random\nx: int = ""\n' });
    const start = () => check([breaking.command, 'a.py'], { cwd: project, store });
    const cold = await start();
    assert.equal(cold.code, 1);
    const healed = await start();
    assert.deepEqual([healed.stdout, healed.code], [cold.stdout, cold.code]);
    assert.equal(healed.report.reason, 'crashed');
    const lines = healed.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 1, healed.stderr);
    assert.match(lines[0]!, /^cleanmiss: mypy broke down on snapshot [0-9a-f]{12}; it is set aside/);
  });

  it('that was not the snapshot’s fault is shown as it is, and the snapshot stays', async (t) => {
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
