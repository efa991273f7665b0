import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isStatePath } from '@cleanmiss/snapshot';

const hostile = [
  '',
  '/etc/passwd',
  '../slot.json',
  'a/../../b',
  'a/./b',
  'a//b',
  'a/',
  'C:\\windows',
  'c:x',
  'a\\..\\b',
  'a\0b',
  'a\nb',
  'file.txt:stream',
  'x'.repeat(3000),
];

const aliases = ['con', 'a/NUL.txt', 'COM1', 'ends.', 'ends '];

describe('a path in a manifest', () => {
  for (const path of aliases) {
    it(`is refused on Windows alone: ${JSON.stringify(path)}`, () => {
      assert.equal(isStatePath(path, 'win32'), false);
      assert.equal(isStatePath(path, 'linux'), true);
    });
  }

  for (const path of hostile) {
    it(`is refused: ${JSON.stringify(path.slice(0, 30))}`, () => {
      assert.equal(isStatePath(path), false);
    });
  }

  it('is taken where it stays in the state', () => {
    for (const path of [
      'a',
      '3.11/os/__init__.meta.json',
      '@plugins_snapshot.json',
      '.gitignore',
      'é/日本.json',
      '..a',
      'console',
    ]) {
      assert.equal(isStatePath(path), true, path);
    }
  });
});
