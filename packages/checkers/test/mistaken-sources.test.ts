import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { JsonObject } from '@cleanmiss/core';
import { MypyLayout } from '../src/mypy/mypy-layout.js';
import { temporaryFolder } from './support/folder.js';

const hashes = {
  'SHA-1': (text: string) => createHash('sha1').update(text).digest('hex'),
  'SHA-256, as old versions take it': (text: string) => createHash('sha256').update(text).digest('hex'),
};

/** A source of one second, and whether a unit with the facts about it is distrusted. */
function project(text: string) {
  const root = temporaryFolder();
  writeFileSync(join(root, 'a.py'), text);
  utimesSync(join(root, 'a.py'), 1_000_000.25, 1_000_000.25);
  const layout = new MypyLayout({ cwd: root, root, isFixed: false });
  return {
    root,
    layout,
    distrusts: async (facts: JsonObject) =>
      (await layout.unitsToDistrust([{ name: '3.11/a', facts }])).has('3.11/a'),
  };
}

describe('a unit that mypy would take for fresh by size and time', () => {
  for (const [name, hash] of Object.entries(hashes)) {
    it(`is distrusted where its source is another by its ${name}`, async () => {
      const { distrusts } = project('x = 1\n');
      assert.ok(await distrusts({ source: 'a.py', seen: [1_000_000, 6, hash('x = 2\n')] }));
      assert.ok(!(await distrusts({ source: 'a.py', seen: [1_000_000, 6, hash('x = 1\n')] })));
    });
  }

  it('is left to mypy where time or size differ, or nothing is known', async () => {
    const { distrusts } = project('x = 1\n');
    const other = hashes['SHA-1']('x = 2\n');
    assert.ok(!(await distrusts({ source: 'a.py', seen: [1_000_001, 6, other] })));
    assert.ok(!(await distrusts({ source: 'a.py', seen: [1_000_000, 7, other] })));
    assert.ok(!(await distrusts({ source: 'gone.py', seen: [1_000_000, 6, other] })));
    assert.ok(!(await distrusts({ seen: [1_000_000, 6, other] })));
    assert.ok(!(await distrusts({ source: 'a.py' })));
  });

  it('is trusted where it is a namespace package, which has no hash', async () => {
    const { root, distrusts } = project('');
    mkdirSync(join(root, 'pkg'));
    const { mtimeMs, size } = statSync(join(root, 'pkg'));
    assert.ok(!(await distrusts({ source: 'pkg', seen: [Math.floor(mtimeMs / 1000), size, ''] })));
  });

  it('is found among as many as are handed to a worker', async () => {
    const { layout } = project('x = 1\n');
    const [mine, other] = ['x = 1\n', 'x = 2\n'].map(hashes['SHA-1']);
    const units = Array.from({ length: 2000 }, (_, i) => {
      const hash = i === 1234 ? other! : mine!;
      return { name: `3.11/m${i}`, facts: { source: 'a.py', seen: [1_000_000, 6, hash] } };
    });
    assert.deepEqual([...(await layout.unitsToDistrust(units))], ['3.11/m1234']);
  });
});
