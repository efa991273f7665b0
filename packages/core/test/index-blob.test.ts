import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobOf, decodeIndex, encodeIndex, loadChecksum } from '../src/index.js';

const checksumOf = await loadChecksum();
const refs = ['a', 'b', 'c'].map((text) => blobOf(Buffer.from(text), checksumOf).ref);

describe('an index blob', () => {
  it('is none when any line is no entry', () => {
    const good = Buffer.from(encodeIndex([{ refs, about: {} }])).toString();
    const bad = [
      '{',
      'null',
      '[]',
      '{}',
      '{"refs":{}}',
      '{"refs":[{}]}',
      '{"refs":["x"]}',
      '{"refs":[null]}',
      ' ',
    ];
    for (const line of bad) {
      assert.equal(decodeIndex(Buffer.from(`${good}${line}\n`)), undefined, line);
      assert.equal(decodeIndex(Buffer.from(`${line}\n${good}`)), undefined, line);
    }
    assert.ok(decodeIndex(Buffer.from(good + good)), 'and only for that reason');
  });

  it('cut short inside a line is none', () => {
    const bytes = encodeIndex([{ refs, about: { unit: 'm' } }]);
    for (let end = 1; end < bytes.length - 1; end++)
      assert.equal(decodeIndex(bytes.subarray(0, end)), undefined);
  });

  it('is what was written', () => {
    const entries = [
      { refs: refs.slice(0, 2), about: { unit: 'm', files: [['a.meta', 420]] } },
      { refs: [], about: {} },
      { refs: refs.slice(2), about: { unit: 'line\nend' } },
    ];
    assert.deepEqual(decodeIndex(encodeIndex(entries)), entries);
    assert.deepEqual(decodeIndex(encodeIndex([])), []);
  });

  it('keeps the bytes of every entry that did not change', () => {
    const entry = (unit: string) => ({ refs, about: { unit } });
    const linesOf = (units: readonly string[]) =>
      Buffer.from(encodeIndex(units.map(entry)))
        .toString()
        .split('\n');
    assert.deepEqual(linesOf(['a', 'B', 'c']).toSpliced(1, 1), linesOf(['a', 'b', 'c']).toSpliced(1, 1));
  });
});
