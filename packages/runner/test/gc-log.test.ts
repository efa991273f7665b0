import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { GcLog, gcPlacesOf, isGcDue, type GcState } from '../src/gc-log.js';

const hour = 3_600_000;
const now = 1000 * 24 * hour;
const bounds = { isAutomatic: true, maxAgeMs: 0, maxBytes: 100 };

describe('a collection is due', () => {
  const cases: readonly (readonly [string, Partial<GcState>, boolean])[] = [
    ['not within a day of the last one', { collectedMs: now - 23 * hour, addedBytes: 100 }, false],
    ['a day after the last one', { collectedMs: now - 24 * hour }, true],
    ['when what was kept and added passes the bound', { keptBytes: 60, addedBytes: 41 }, true],
    [
      'not within an hour of the last one, whatever was added',
      { collectedMs: now - hour + 1, addedBytes: 1e9 },
      false,
    ],
    [
      'not within an hour of a start, whatever became of it',
      { collectedMs: 0, startedMs: now - hour + 1 },
      false,
    ],
    ['an hour after a start of which nothing came', { collectedMs: 0, startedMs: now - hour }, true],
    ['when the clock was set back behind the last one', { collectedMs: now + 1, startedMs: now + 1 }, true],
  ];
  for (const [when, state, isDue] of cases) {
    it(when, () => {
      const known = { collectedMs: now - 2 * hour, keptBytes: 0, addedBytes: 0, startedMs: 0, ...state };
      assert.equal(isGcDue(known, bounds, now), isDue);
    });
  }
});

describe('the log of collections', () => {
  it('begins with the first run, and adds up what runs have stored', (t) => {
    const { log } = place(t);
    assert.equal(log.read(), undefined);
    assert.deepEqual(log.add(5, now), { collectedMs: now, keptBytes: 0, addedBytes: 5, startedMs: 0 });
    assert.deepEqual(log.add(7, now + 1), { collectedMs: now, keptBytes: 0, addedBytes: 12, startedMs: 0 });
  });

  it('begins anew with each collection, and leaves no other file', (t) => {
    const { log, path } = place(t);
    for (let i = 0; i < 3; i++) log.add(5, now);
    const state = { collectedMs: now, keptBytes: 9, addedBytes: 0, startedMs: 0 };
    log.replace(state);
    assert.deepEqual(log.read(), state);
    assert.equal(readFileSync(path, 'utf8').trim().split('\n').length, 1);
    assert.deepEqual(readdirSync(dirname(path)), ['log.jsonl']);
  });

  it('passes over what it does not understand, and begins anew where it understands nothing', (t) => {
    const { log, path } = place(t);
    log.add(5, now);
    appendFileSync(path, '{"addedBytes":-1}\n{"addedBytes":"7"}\n[]\n{"addedByt\n{"other":1}\n');
    assert.equal(log.add(7, now).addedBytes, 12);
    writeFileSync(path, 'damaged');
    assert.deepEqual(log.add(3, now), { collectedMs: now, keptBytes: 0, addedBytes: 3, startedMs: 0 });
  });

  const isWindows = process.platform === 'win32';
  it('is begun anew in place of a pipe, a link or a file without an end', { skip: isWindows }, (t) => {
    const { local, log, path } = place(t);
    const others = join(local, 'somebody’s');
    writeFileSync(others, 'theirs');
    const plants: readonly (() => void)[] = [
      () => execFileSync('mkfifo', [path]),
      () => symlinkSync(others, path),
      () => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
    ];
    for (const plant of plants) {
      rmSync(path, { force: true });
      mkdirSync(dirname(path), { recursive: true });
      plant();
      symlinkSync(others, `${path}.${process.pid}`);
      assert.equal(log.add(5, now).addedBytes, 5);
      assert.equal(log.add(7, now).addedBytes, 12);
    }
    assert.equal(readFileSync(others, 'utf8'), 'theirs');
  });

  it('is not written through a link in place of its folder', { skip: isWindows }, (t) => {
    const { local, log, path } = place(t);
    const elsewhere = join(local, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, dirname(path));
    assert.throws(() => log.add(5, now), /gc is a symbolic link; remove it/);
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  it('makes no store', (t) => {
    const { local, log } = place(t);
    rmSync(local, { recursive: true });
    assert.throws(() => log.add(5, now), { code: 'ENOENT' });
    assert.equal(existsSync(local), false);
  });
});

function place(t: TestContext) {
  const local = mkdtempSync(join(tmpdir(), 'cleanmiss-gc-log-'));
  t.after(() => {
    rmSync(local, { recursive: true, force: true });
  });
  const path = gcPlacesOf(local).log;
  return { local, path, log: new GcLog(path) };
}
