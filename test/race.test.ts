import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  count,
  makeRacingPair,
  olderMypy,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

// python/mypy #14521, #19359, #18473: one process reads a meta, another one replaces meta and data, and what the first one
// reads next is not what its meta means. The sleeping copy holds the window open.

const source = { 'a.py': 'import random\n' };
const rounds = count({ full: 20, quick: 1 });

/** Two versions at once on a project whose source has just changed. */
async function bothAtOnce<T>(
  project: string,
  one: () => Promise<T>,
  other: () => Promise<T>,
): Promise<readonly [T, T]> {
  appendFileSync(join(project, 'a.py'), '\n');
  return await Promise.all([one(), other()]);
}

describe('two versions of mypy at once on one project', () => {
  it('crash on one directory, which is what this is about', async (t) => {
    const directory = temporaryDirectory(t);
    const { sleeping, renaming, flags } = makeRacingPair(olderMypy(), directory);
    const project = join(directory, 'project');
    writeProject(project, source);
    const plain = (command: string) => () =>
      run([command, ...flags, '--cache-dir=.mypy_cache', 'a.py'], { cwd: project });
    await plain(sleeping.command)();
    const [victim] = await bothAtOnce(project, plain(sleeping.command), plain(renaming.command));
    assert.match(victim.stderr, /KeyError: 'fullname'/);
    assert.notEqual(victim.code, 0);
  });

  it(`are both right, ${String(rounds)} times, and their second round is a hit`, async (t) => {
    const directory = temporaryDirectory(t);
    const { sleeping, renaming, flags } = makeRacingPair(olderMypy(), directory);
    const project = join(directory, 'project');
    const store = join(directory, 'store');
    writeProject(project, source);
    const checked = (command: string) => () => check([command, ...flags, 'a.py'], { cwd: project, store });
    for (let round = 1; round <= rounds; round++) {
      const both = await bothAtOnce(project, checked(sleeping.command), checked(renaming.command));
      for (const { stdout, stderr, code, report } of both) {
        assert.deepEqual([stdout, stderr, code], ['Success: no issues found in 1 source file\n', '', 0]);
        assert.equal(report.outcome, round === 1 ? 'miss' : 'hit', `round ${String(round)}`);
      }
    }
  });
});
