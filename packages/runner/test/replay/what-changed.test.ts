import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReplayInputs } from '../../src/replay/replay-inputs.js';
import { whatChanged } from '../../src/replay/what-changed.js';

const before: ReplayInputs = {
  checker: 'mypy',
  version: '1.0',
  context: 'c',
  command: ['mypy', 'src'],
  cwd: '',
  environment: { LANG: 'x', TITLE: null },
  files: { 'a.py': '1', 'b.py': '2' },
};

describe('what has changed since the last check', () => {
  const cases: readonly (readonly [Partial<ReplayInputs>, string])[] = [
    [{ version: '1.1', context: 'd' }, 'mypy was 1.0 and is 1.1'],
    [{ command: ['mypy', 'src', '--strict'], context: 'd' }, 'the command is another one'],
    [{ cwd: 'sub' }, 'it is run in another folder'],
    [{ environment: { LANG: 'y', TITLE: 'z' } }, 'changed variables: LANG, TITLE'],
    [{ files: { 'a.py': '1', 'b.py': '3' } }, 'changed file: b.py'],
    [{ files: { 'a.py': '1' } }, 'changed file: b.py'],
    [
      { files: { c: '1', d: '1', e: '1', 'a.py': '1', 'b.py': '2', f: '1' } },
      'changed files: c, d, e and 1 more',
    ],
    [{ context: 'd' }, 'the settings of mypy, or what is installed around it, have changed'],
    [{ cwd: 'sub', files: {} }, 'it is run in another folder; changed files: a.py, b.py'],
  ];
  for (const [change, words] of cases) {
    it(`says: ${words}`, () => {
      assert.equal(whatChanged(before, { ...before, ...change } as ReplayInputs), words);
    });
  }

  it('says nothing where nothing has', () => {
    assert.equal(whatChanged(before, { ...before }), undefined);
  });
});
