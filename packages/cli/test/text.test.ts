import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dateOf, parseTime, printable, printableLines } from '../src/text.js';

describe('a time on the command line', () => {
  it('that no calendar has is none', () => {
    for (const text of [
      '2026-02-29',
      '2026-02-31',
      '2026-04-31T10:00Z',
      '2026-13-01',
      '2026-00-10',
      '2026-01-00',
    ])
      assert.equal(parseTime(text, 0), undefined, text);
    assert.equal(parseTime('2024-02-29', 0), Date.UTC(2024, 1, 29));
    assert.equal(parseTime('2026-12-31T23:59', 0), Date.UTC(2026, 11, 31, 23, 59));
    assert.equal(parseTime('2026-03-01T00:30+01:00', 0), Date.UTC(2026, 1, 28, 23, 30));
  });
});

describe('what others have written', () => {
  it('is shown on one line, and does nothing to the terminal', () => {
    const hostile = 'a\u001b[2Jb\nc\rd\u009b31me\u202ef\u2028g\u007f';
    const shown = 'a\\u001b[2Jb\\u000ac\\u000dd\\u009b31me\\u202ef\\u2028g\\u007f';
    assert.equal(printable(hostile), shown);
    assert.equal(printableLines('a\u001bb\nc'), 'a\\u001bb\nc');
    assert.equal(printable('Ünïcode 漢字 🎉'), 'Ünïcode 漢字 🎉');
  });

  it('in JSON says the same as before', () => {
    const value = { 'a\u001b': 'x\n\u009b\u202e', b: ['\u007f'] };
    assert.deepEqual(JSON.parse(printableLines(JSON.stringify(value, undefined, 2))), value);
  });

  it('as a time is shown, whatever it is', () => {
    assert.equal(dateOf(0), '1970-01-01T00:00:00.000Z');
    for (const odd of [1e300, -1e300, NaN, Infinity]) assert.match(dateOf(odd), /which is no time$/);
  });
});
