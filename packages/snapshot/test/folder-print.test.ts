import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isStillSo,
  movesFolderTimes,
  replaceFile,
  walkWithFolders,
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

describe('the print of the folders of a state', () => {
  it('stays the same where nothing is written', async () => {
    const { known, isSo } = await state();
    assert.ok(isSo());
    assert.deepEqual(known.busy, ['top', 'top/rows']);
    assert.deepEqual([...known.still].sort(), ['', 'top/empty', 'top/pkg', 'top/pkg/deep']);
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
