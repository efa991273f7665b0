import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CacheError, Json } from '@cleanmiss/core';
import { parseReplay } from '../src/replay-config.js';

function refusal(rule: Json): string {
  try {
    parseReplay({ mypy: rule }, 'cleanmiss.config.json');
  } catch (error) {
    assert.equal((error as CacheError).code, 'ERR_CONFIG');
    return (error as Error).message;
  }
  assert.fail('was not refused');
}

describe('the rules of replay', () => {
  it('are none by default', () => {
    assert.equal(parseReplay({}, 'x').size, 0);
  });

  it('need inputs alone', () => {
    assert.deepEqual(parseReplay({ mypy: { inputs: '**/*.py' } }, 'x').get('mypy'), {
      inputs: ['**/*.py'],
      environment: [],
      exitCodes: [0, 1],
    });
  });

  const refused: readonly (readonly [string, Json, RegExp])[] = [
    ['is no object', true, /"replay\.mypy" in cleanmiss\.config\.json must be an object/],
    ['has no inputs', {}, /"replay\.mypy\.inputs" in .* must be a list of patterns/],
    ['only takes files away', { inputs: ['!a'] }, /"replay\.mypy\.inputs"/],
    ['leads out of the project', { inputs: ['a', '../b'] }, /leads out of the project: \.\.\/b/],
    ['knows another member', { inputs: ['a'], output: [] }, /has a member "output"; known are inputs/],
    ['names no variable', { inputs: ['a'], environment: [1] }, /"replay\.mypy\.environment"/],
    ['keeps no exit code', { inputs: ['a'], exitCodes: [] }, /"replay\.mypy\.exitCodes"/],
  ];
  for (const [about, rule, message] of refused) {
    it(`are refused where one ${about}`, () => {
      assert.match(refusal(rule), message);
    });
  }
});
