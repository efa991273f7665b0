import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import {
  captureState,
  emptyIndex,
  isStillSo,
  movesFolderTimes,
  replaceFile,
  restoredFolders,
  settledAsOf,
  walkWithFolders,
  type FolderPrint,
  type StateLayout,
} from '@cleanmiss/snapshot';
import { simpleLayout, temporaryDirectory, writeState } from './support/fixtures.js';

/** As mypy does it: `top/plugins.json` at every run, databases in place, everything else replaced. */
const layout: StateLayout = {
  ...simpleLayout,
  writing: (path) => {
    if (path.endsWith('.db')) return 'in-place';
    return path === 'top/plugins.json' ? 'every-run' : 'replaced';
  },
};

const files = {
  'top/plugins.json': '{}',
  'top/a.meta': 'a',
  'top/pkg/b.meta': 'b',
  'top/pkg/deep/c.meta': 'c',
  'top/rows/x.db': 'rows',
  'top/z.meta': 'z',
};

/** A state, and whether a change of it is seen. */
async function state() {
  const directory = temporaryDirectory();
  writeState(directory, files);
  mkdirSync(join(directory, 'top', 'empty'));
  const known = walkWithFolders(directory, layout).folders;
  // A checker is a process, which takes longer to start than a clock to tick.
  await sleep(30);
  return { directory, known, isSo: () => isStillSo(directory, layout, known) };
}

function replace(directory: string, path: string, content: string): void {
  const file = join(directory, path);
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

const changes: Readonly<Record<string, (directory: string) => void>> = {
  'a file that was replaced': (directory) => replace(directory, 'top/pkg/b.meta', 'B'),
  'one deep down': (directory) => replace(directory, 'top/pkg/deep/c.meta', 'C'),
  'one in a folder with files that are written at every run': (directory) =>
    replace(directory, 'top/a.meta', 'A'),
  'a file that is new': (directory) => replace(directory, 'top/pkg/new.meta', 'n'),
  'a file that is gone': (directory) => rmSync(join(directory, 'top/pkg/b.meta')),
  'a file in a folder that was empty': (directory) => replace(directory, 'top/empty/e.meta', 'e'),
  'a file in a new folder': (directory) => writeState(directory, { 'top/fresh/f.meta': 'f' }),
  'a folder that is gone': (directory) => rmSync(join(directory, 'top/pkg'), { recursive: true }),
  'a file written in place, where such are': (directory) =>
    writeFileSync(join(directory, 'top/rows/x.db'), 'more rows'),
  'other content of a file that is written at every run': (directory) =>
    replace(directory, 'top/plugins.json', '{"a":1}'),
};

const pathsOf = ({ still }: FolderPrint) => still.map(([path]) => path);

describe('the print of the folders of a state', () => {
  it('stays the same where nothing is written', async () => {
    const { known, isSo } = await state();
    assert.ok(isSo());
    assert.deepEqual(known.busy, ['top', 'top/rows']);
    assert.deepEqual(pathsOf(known), ['', 'top/empty', 'top/pkg', 'top/pkg/deep']);
  });

  it('stays the same where a file of every run is written with the content it had', async () => {
    const { directory, isSo } = await state();
    replace(directory, 'top/plugins.json', '{}');
    assert.ok(isSo());
  });

  for (const [what, change] of Object.entries(changes)) {
    it(`tells of ${what}`, async () => {
      const { directory, isSo } = await state();
      change(directory);
      assert.ok(!isSo());
    });
  }

  it('is of use on a file system that moves the times of folders, as this one does', () => {
    const file = join(temporaryDirectory(), 'record');
    replaceFile(file, 'x');
    assert.ok(movesFolderTimes(file));
    assert.ok(!movesFolderTimes(`${file} that is not there`));
  });
});

/** A state that was captured, and what a walk of it finds: one that takes what it can from what is known, and one that looks at every file. */
async function captured() {
  const directory = temporaryDirectory();
  writeState(directory, files);
  mkdirSync(join(directory, 'top', 'empty'));
  const { walked, folders } = walkWithFolders(directory, layout);
  const index = await captureState(directory, layout, emptyIndex, walked);
  await sleep(30);
  return {
    directory,
    known: (before = folders) => walkWithFolders(directory, layout, { folders: before, index }),
    all: () => walkWithFolders(directory, layout),
    folders,
    index,
  };
}

describe('a walk that takes from what is known what did not change', () => {
  for (const [what, change] of Object.entries(changes)) {
    it(`finds ${what}`, async () => {
      const { directory, known, all } = await captured();
      change(directory);
      assert.deepEqual(known(), all());
    });
  }

  it('does not look at files of a folder that bears the time it had', async () => {
    const { directory, known, all } = await captured();
    const path = join(directory, 'top/pkg/b.meta');
    // Which no checker does whose files are said to be replaced: else nobody could tell whether it was looked at.
    writeFileSync(path, 'longer than before');
    const sizes = [known(), all()].map(
      ({ walked }) => walked.find((file) => file.path.endsWith('b.meta'))!.stamp.size,
    );
    assert.deepEqual(sizes, [1, 18]);
  });

  it('finds all that many changes have left', async () => {
    const folder = fc.constantFrom('top', 'top/pkg', 'top/pkg/deep', 'top/rows', 'new', 'new/er');
    const name = fc.constantFrom('a.meta', 'b.meta', 'x.db', 'plugins.json');
    const change = fc.record({
      path: fc.tuple(folder, name).map((parts) => parts.join('/')),
      isGone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (steps) => {
        const { directory, known, all } = await captured();
        for (const { path, isGone } of steps) {
          if (isGone) rmSync(join(directory, path), { recursive: true, force: true });
          else {
            mkdirSync(join(directory, dirname(path)), { recursive: true });
            replace(directory, path, 'changed');
          }
        }
        assert.deepEqual(known(), all());
      }),
      { numRuns: 30 },
    );
  });

  it('knows a restored state by its folders', async () => {
    const { directory, index, all } = await captured();
    const folders = restoredFolders(directory, layout, index);
    // Of an empty folder nothing is known, and nothing has to be.
    rmSync(join(directory, 'top/empty'), { recursive: true, force: true });
    replace(directory, 'top/pkg/deep/c.meta', 'C');
    assert.deepEqual(walkWithFolders(directory, layout, { folders, index }), all());
  });
});

describe('a folder that was written to in the very tick of which the print is', () => {
  it('is looked at file by file, and the print says nothing of it', async () => {
    const { directory, all } = await captured();
    const { folders } = all();
    const last = Math.max(...folders.still.map(([, mtimeMs]) => mtimeMs));
    assert.deepEqual(settledAsOf(folders, last + 1000), folders);
    const unsettled = settledAsOf(folders, last + 1);
    assert.equal(unsettled.print, null);
    assert.deepEqual(
      [...pathsOf(unsettled), ...unsettled.busy].sort(),
      [...pathsOf(folders), ...folders.busy].sort(),
    );
    assert.ok(!isStillSo(directory, layout, unsettled));
  });

  it('may be one of two seconds ago, where the file system counts in seconds', () => {
    const folders: FolderPrint = { still: [['', 5000, 5000, 1]], busy: [], print: '' };
    assert.deepEqual(pathsOf(settledAsOf(folders, 6500)), []);
    assert.deepEqual(pathsOf(settledAsOf(folders, 7500)), ['']);
  });
});
