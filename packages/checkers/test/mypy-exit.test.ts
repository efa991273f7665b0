import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckerExit } from '@cleanmiss/checkers';
import { meaningOfExit } from '../src/mypy/mypy-exit.js';

const meaning = (exit: Partial<CheckerExit>) =>
  meaningOfExit({ code: null, signal: null, stderrTail: '', ...exit });

const traceback = `Traceback (most recent call last):
  File "/usr/bin/mypy", line 8, in <module>
    sys.exit(console_entry())
KeyError: 'fullname'
`;
const internalError = `error: INTERNAL ERROR -- Please try using mypy master on GitHub:
https://mypy.readthedocs.io/en/stable/common_issues.html
`;

describe("mypy's end", () => {
  it('is a crash with a traceback and code 1, as up to 1.19', () => {
    assert.equal(meaning({ code: 1, stderrTail: traceback }), 'crash');
  });

  it('is a crash with an internal error, as from 1.20 on, wherever that is', () => {
    assert.equal(meaning({ code: 2, stderrTail: internalError }), 'crash');
    assert.equal(meaning({ code: 2, stderrTail: `pkg/mod.py:3: ${internalError}` }), 'crash');
  });

  it('is a crash where a compiled mypy trips, seen directly or through a shell', () => {
    assert.equal(meaning({ signal: 'SIGSEGV' }), 'crash');
    assert.equal(meaning({ signal: 'SIGABRT' }), 'crash');
    assert.equal(meaning({ code: 139 }), 'crash');
    assert.equal(meaning({ code: 0xc0000005 }), 'crash');
  });

  it('is incomplete after a kill, an interrupt or bad usage', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGPIPE'] as const) {
      assert.equal(meaning({ signal }), 'incomplete');
    }
    assert.equal(
      meaning({ code: 2, stderrTail: 'usage: mypy [-h]\nmypy: error: unrecognized arguments: --x\n' }),
      'incomplete',
    );
    assert.equal(
      meaning({ code: 1, stderrTail: traceback.replace("KeyError: 'fullname'", 'KeyboardInterrupt') }),
      'incomplete',
    );
    assert.equal(meaning({ code: 143 }), 'incomplete');
  });

  it('is normal with and without type errors, whatever is logged', () => {
    assert.equal(meaning({ code: 0, stderrTail: traceback }), 'normal');
    assert.equal(meaning({ code: 1 }), 'normal');
    assert.equal(
      meaning({ code: 1, stderrTail: 'LOG: "Traceback (most recent call last):" was seen\n' }),
      'normal',
    );
  });
});
