import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whileBusy } from '../src/while-busy.js';
import { systemError } from './support/store-fixture.js';

describe('what somebody has open for a moment', () => {
  it('is given up after a bounded time', () => {
    const delays: number[] = [];
    const step = () => {
      throw systemError('EPERM', 'rename');
    };
    assert.throws(() => whileBusy(step, { retries: true, sleep: (ms) => delays.push(ms) }), {
      code: 'EPERM',
    });
    assert.ok(delays.length > 3 && delays.reduce((sum, ms) => sum + ms) < 1000);
  });

  it('is not tried again where the error says something else, or says what it means', () => {
    const sleep = () => assert.fail('waited');
    const full = () => {
      throw systemError('ENOSPC', 'rename');
    };
    assert.throws(() => whileBusy(full, { retries: true, sleep }), { code: 'ENOSPC' });
    const denied = () => {
      throw systemError('EACCES', 'rename');
    };
    assert.throws(() => whileBusy(denied, { retries: false, sleep }), { code: 'EACCES' });
  });

  it('is had at last', () => {
    const answers = [systemError('EBUSY'), systemError('EACCES'), 'there'];
    const step = () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    assert.equal(whileBusy(step, { retries: true, sleep: () => {} }), 'there');
  });
});
