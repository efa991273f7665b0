import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { describeTimings, explain, readHistory, recordRun, statsOf, type RunReport } from '@cleanmiss/runner';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;
const noPipes = { skip: process.platform === 'win32' && 'Windows has no pipes in folders' };

const volume = { files: 1, bytes: 2, remoteBytes: 0 };
const report: RunReport = {
  outcome: 'miss',
  reason: 'absent',
  snapshot: null,
  source: null,
  replay: null,
  notice: null,
  checker: { name: 'mypy', version: '2.4.0', context: 'c'.repeat(64), exitCode: 0, signal: null },
  restored: volume,
  published: { ...volume, snapshot: 'a'.repeat(64) },
  timings: {
    ...{ bootMs: 1, planMs: 2, restoreMs: 3, checkerMs: 4 },
    ...{ captureMs: 5, publishMs: 6, remoteWaitMs: 7, overheadMs: 8 },
  },
  untrusted: {},
  degraded: ['upload: x'],
};

let root = '';
let file = '';
let outside = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'cleanmiss-history-'));
  [root, outside] = [join(directory, 'project'), join(directory, 'outside')];
  file = join(root, '.cleanmiss', 'history.jsonl');
  mkdirSync(join(root, '.cleanmiss'), { recursive: true });
  mkdirSync(outside);
});
afterEach(() => {
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const record = () => {
  recordRun(root, report, { now: new Date(0), branch: 'main' });
};

describe('the history of a project', () => {
  it('is shown as far as it is understood, whatever stands in it', () => {
    const changed = fc
      .tuple(fc.constantFrom(...Object.keys(report), 'time'), fc.jsonValue())
      .map(([name, value]) => JSON.stringify({ time: '2026-11-27T12:00:00Z', ...report, [name]: value }));
    const reason = fc.constantFrom('__proto__', 'constructor', 'toString', 'absent', 'crashed');
    const reasoned = reason.map((value) =>
      JSON.stringify({ time: '2026-11-27T12:00:00Z', ...report, reason: value }),
    );
    const line = fc.oneof(changed, reasoned, fc.json(), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        writeFileSync(file, lines.join('\n'));
        const runs = readHistory(root);
        for (const run of runs) {
          assert.ok([...explain(run), ...describeTimings(run)].every((text) => typeof text === 'string'));
          assert.equal(typeof (run.published.snapshot ?? ''), 'string');
        }
        assert.ok(Object.values(statsOf(runs).total.misses).every((count) => typeof count === 'number'));
      }),
      { numRuns },
    );
  });

  it('is not written through a link, neither of the file nor of its folder', () => {
    const own = join(outside, 'history.jsonl');
    writeFileSync(own, 'untouched');
    symlinkSync(own, file);
    record();
    assert.deepEqual(readHistory(root), []);
    rmSync(file);
    renameSync(join(root, '.cleanmiss'), join(root, 'away'));
    symlinkSync(outside, join(root, '.cleanmiss'));
    record();
    assert.equal(readFileSync(own, 'utf8'), 'untouched');
  });

  it('is not waited for where it is a pipe', noPipes, () => {
    execFileSync('mkfifo', [file]);
    record();
    assert.deepEqual(readHistory(root), []);
  });

  it('is what was recorded, and loses its older half when it grows too long', () => {
    record();
    assert.deepEqual(readHistory(root), [{ time: '1970-01-01T00:00:00.000Z', branch: 'main', ...report }]);
    const line = readFileSync(file, 'utf8');
    writeFileSync(file, line.repeat(Math.ceil((2 * 1024 * 1024) / line.length)));
    record();
    const { length } = readFileSync(file);
    assert.ok(length > 200 * 1024 && length < 1.2 * 1024 * 1024, String(length));
  });
});
