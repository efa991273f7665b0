import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  assertStoreIsClean,
  check,
  coldAnswer,
  count,
  copyProject,
  findTools,
  smallCorpora,
  slotsInUse,
  temporaryDirectory,
} from './support/index.js';

const processes = count({ full: 8, quick: 4 });

describe(`${String(processes)} cold starts at once of one version on one project`, () => {
  it('are all right, tear nothing, and leave the next run a hit', async (t) => {
    const directory = temporaryDirectory(t);
    const { mypy } = findTools();
    const { directory: source, args } = smallCorpora()[0]!;
    const project = join(directory, 'project');
    const store = join(directory, 'store');
    copyProject(source, project);
    const expected = await coldAnswer(mypy, args, project, join(directory, 'cache'));
    const start = () => check([mypy.command, ...args], { cwd: project, store });
    const all = await Promise.all(Array.from({ length: processes }, start));
    for (const [i, checked] of all.entries()) {
      assertSameAnswer(checked, expected, `process ${String(i)}`);
      assert.deepEqual(checked.report.degraded, []);
    }
    await assertStoreIsClean(store);
    assert.equal(await slotsInUse(project, store), 0);
    const next = await start();
    assert.equal(next.report.outcome, 'hit');
    assertSameAnswer(next, expected, 'the next run');
  });
});
