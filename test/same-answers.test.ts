import assert from 'node:assert/strict';
import { appendFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  check,
  coldAnswer,
  commitAll,
  copyProject,
  findTools,
  git,
  initialCommit,
  smallCorpora,
  temporaryDirectory,
  type Ended,
  type MypyInstall,
} from './support/index.js';

const isLong = process.env['CLEANMISS_LONG'] === '1';
const { mypy, otherMypy } = findTools();

const plan = [
  [mypy, isLong ? smallCorpora() : smallCorpora().slice(0, 1)],
  [otherMypy, isLong ? smallCorpora().slice(0, 3) : []],
] as const;

// What a change of one module can do to the modules that import it: another type, and a mistake of its own.
const mistake = '\n\ndef cleanmiss_probe(x: int) -> str:\n    return x\n';

describe('what mypy says with cleanmiss equals what it says cold and alone', () => {
  for (const [version, corpora] of plan) {
    for (const corpus of corpora) {
      it(`on ${corpus.name}, mypy ${version.version}: restored, changed, another branch, after somebody’s partial run`, async (t) => {
        const directory = temporaryDirectory(t);
        const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
          string,
          string,
          string,
        ];
        copyProject(corpus.directory, mine);
        initialCommit(mine);
        copyProject(mine, theirs, { mtime: new Date('2024-05-06T07:08:09Z') });
        const compare = comparer(version, corpus.args, store, directory);

        await compare('cold', mine);
        await compare('restored', theirs, 'hit');

        const module = importedModule(mine);
        git(mine, 'checkout', '--quiet', '-b', 'topic');
        appendFileSync(join(mine, module), mistake);
        await compare('one file changed', mine, 'hit');
        commitAll(mine, 'A mistake');
        await compare('committed', mine, 'hit');
        git(mine, 'checkout', '--quiet', 'main');
        await compare('back on the first branch', mine, 'hit');
        git(mine, 'checkout', '--quiet', 'topic');
        await compare('on the second branch again', mine, 'hit');

        // Somebody else checks one module only, after a change, and stores what that leaves.
        appendFileSync(join(theirs, module), mistake);
        await check([version.command, ...corpus.args.slice(0, -1), module], { cwd: theirs, store });
        await compare('after a partial run', theirs, 'hit');
        await compare('elsewhere after a partial run', mine, 'hit');
      });
    }
  }
});

function comparer(mypy: MypyInstall, args: readonly string[], store: string, directory: string) {
  let runs = 0;
  return async (about: string, cwd: string, outcome?: string): Promise<void> => {
    runs += 1;
    const cacheDir = join(directory, `cold-${String(runs)}`);
    const expected: Ended = await coldAnswer(mypy, args, cwd, cacheDir);
    const checked = await check([mypy.command, ...args], { cwd, store });
    assertSameAnswer(checked, expected, about);
    assert.deepEqual(checked.report.degraded, [], about);
    if (outcome) assert.equal(checked.report.outcome, outcome, about);
  };
}

/** A module that others are likely to import: the shortest name that says so, else the first. */
function importedModule(project: string): string {
  const paths = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.py'),
  );
  const wanted = ['exceptions.py', '_compat.py', 'utils.py', 'errors.py'].flatMap((name) =>
    paths.filter((path) => basename(path) === name),
  );
  return join('src', wanted[0] ?? paths.sort()[0]!);
}
