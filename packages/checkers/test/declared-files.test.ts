import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { declaredFiles, readDeclared } from '@cleanmiss/checkers';

const onPosix = { skip: process.platform === 'win32' && 'Windows has neither pipes nor links for everybody' };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cleanmiss-declared-'));
  for (const folder of ['src/deep', '.cleanmiss/slots', '.git', 'elsewhere'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const path of [
    'src/b.py',
    'src/a.py',
    'src/deep/.c.py',
    '.cleanmiss/slots/x.py',
    '.git/y.py',
    'z.txt',
  ])
    writeFileSync(join(root, path), path);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the files that patterns declare', () => {
  it('are in one order, with those whose names begin with a dot, without ours and git’s', async () => {
    assert.deepEqual(await declaredFiles(root, ['**/*.py']), ['src/a.py', 'src/b.py', 'src/deep/.c.py']);
  });

  it('are none that a pattern takes away, and none for no pattern', async () => {
    assert.deepEqual(await declaredFiles(root, ['**', '!src/**']), ['z.txt']);
    assert.deepEqual(await declaredFiles(root, []), []);
    assert.deepEqual(await declaredFiles(root, ['src']), []);
  });

  it('are found through links, and a circle of them has an end', onPosix, async () => {
    symlinkSync('../src', join(root, 'elsewhere/src'));
    symlinkSync('..', join(root, 'src/deep/up'));
    const paths = await declaredFiles(root, ['elsewhere/**/*.py']);
    assert.ok(paths.includes('elsewhere/src/a.py'), paths.join(' '));
  });

  it('are no links to nowhere and no pipes, which have no content', onPosix, async () => {
    symlinkSync('nowhere.py', join(root, 'src/gone.py'));
    execFileSync('mkfifo', [join(root, 'src/pipe.py')]);
    assert.equal(readDeclared(root, 'src/gone.py'), undefined);
    assert.equal(readDeclared(root, 'src/pipe.py'), undefined);
    assert.equal(String(readDeclared(root, 'src/a.py')), 'src/a.py');
    assert.deepEqual(await declaredFiles(root, ['src/*.py']), ['src/a.py', 'src/b.py']);
  });
});
