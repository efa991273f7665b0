import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CacheError } from '@cleanmiss/core';
import { Degradation } from '../src/degradation.js';

function fullDisk(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

function degradation() {
  const lines: string[] = [];
  return { lines, subject: new Degradation((line) => lines.push(line)) };
}

describe('what goes wrong in the cache', () => {
  it('is one line of warning, however often it happens', async () => {
    const { lines, subject } = degradation();
    for (const operation of ['restore', 'publish']) {
      assert.equal(await subject.guard(operation, () => Promise.reject(fullDisk()), 'instead'), 'instead');
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /ENOSPC/);
    assert.equal(subject.entries.length, 2);
  });

  it('is called a bug where it is one, and still does not reach the check', async () => {
    const { lines, subject } = degradation();
    await subject.guard('capture', () => Promise.reject(new TypeError('x is not a function')), undefined);
    assert.match(lines[0]!, /unexpected, please report it: x is not a function/);
  });

  it('is told as it is where it was foreseen', async () => {
    const { lines, subject } = degradation();
    await subject.guard(
      'lease',
      () => Promise.reject(new CacheError('ERR_INVALID_STATE', 'no locks here')),
      undefined,
    );
    assert.match(lines[0]!, /\(lease: no locks here\)/);
  });
});
