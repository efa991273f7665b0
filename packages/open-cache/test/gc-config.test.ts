import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultGc, parseAge, parseGc, parseSize } from '@cleanmiss/open-cache';

const path = '/project/cleanmiss.config.json';

describe('the bounds of the store in the configuration', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['on', /"gc" in .*config\.json is neither off nor an object/],
    [null, /"gc" in .*config\.json is neither off nor an object/],
    [{ maxage: '1d' }, /"gc" in .*config\.json has a member "maxage"; known are maxAge, maxSize/],
    [{ maxAge: 30 }, /"gc\.maxAge" in .*config\.json is 30; write 90m, 12h or 30d/],
    [{ maxSize: '10' }, /"gc\.maxSize" in .*config\.json is "10"; write 500MB or 10GB/],
  ];
  for (const [member, message] of wrong) {
    it(`that are ${JSON.stringify(member)} are refused with what is wrong`, () => {
      assert.throws(() => parseGc(member as never, path, undefined), { code: 'ERR_CONFIG', message });
    });
  }

  it('have defaults, and may be said', () => {
    assert.deepEqual(parseGc(undefined, path, undefined), defaultGc);
    assert.deepEqual(parseGc(undefined, path, ''), defaultGc);
    assert.deepEqual(parseGc({ maxAge: '12h' }, path, undefined), { ...defaultGc, maxAgeMs: 12 * 3_600_000 });
    assert.deepEqual(parseGc({ maxSize: '500 MB' }, path, undefined), { ...defaultGc, maxBytes: 5e8 });
  });

  it('stand where collections do not run by themselves, which the environment can say as well', () => {
    assert.deepEqual(parseGc('off', path, undefined), { ...defaultGc, isAutomatic: false });
    const config = parseGc({ maxSize: '1GB' }, path, 'off');
    assert.deepEqual(config, { ...defaultGc, isAutomatic: false, maxBytes: 1e9 });
    assert.throws(() => parseGc(undefined, path, '5GB'), {
      code: 'ERR_CONFIG',
      message: /CLEANMISS_GC is "5GB"/,
    });
  });
});

describe('an amount', () => {
  it('that is none is not understood', () => {
    for (const text of ['', 'd', '-1d', '1.5d', '1w', '1 d d', '1e3', '9999999d'])
      assert.equal(parseAge(text), undefined);
    for (const text of ['', '5', 'GB', '-1GB', '1gb', '1GiB', '1e3B', '.5GB'])
      assert.equal(parseSize(text), undefined);
  });

  it('has a unit; an age without one counts days', () => {
    assert.deepEqual(['90m', '12h', '30d', '30', '0'].map(parseAge), [5.4e6, 4.32e7, 2.592e9, 2.592e9, 0]);
    assert.deepEqual(['0B', '7kB', '500MB', '1.5GB', '2 TB'].map(parseSize), [0, 7e3, 5e8, 1.5e9, 2e12]);
  });
});
