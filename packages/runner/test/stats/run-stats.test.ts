import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countedRuns, statsOf, type PastRun } from '@cleanmiss/runner';

const volume = { files: 1, bytes: 10, remoteBytes: 3 };

function run(
  change: Partial<PastRun> & { readonly checkerMs?: number; readonly overheadMs?: number },
): PastRun {
  const { checkerMs = 100, overheadMs = 10, ...rest } = change;
  return {
    time: '2026-11-27T12:00:00Z',
    branch: 'main',
    outcome: 'hit',
    reason: null,
    snapshot: null,
    source: 'commit',
    replay: null,
    notice: null,
    checker: { name: 'mypy', version: '2.4.0', context: 'c', exitCode: 0, signal: null },
    restored: volume,
    published: { ...volume, snapshot: null },
    timings: {
      ...{ bootMs: 1, planMs: 2, restoreMs: 3, captureMs: 5, publishMs: 6, remoteWaitMs: 7 },
      ...{ checkerMs, overheadMs },
    },
    untrusted: {},
    degraded: [],
    ...rest,
  };
}

const cold = (checkerMs: number, change: Partial<PastRun> = {}) =>
  run({ outcome: 'miss', reason: 'absent', source: null, checkerMs, ...change });
const savings = (runs: readonly PastRun[]) => countedRuns(runs).map(({ savedMs }) => savedMs);

describe('what runs have saved', () => {
  it('is the time of a check from nothing, less the checker’s and ours; a miss has cost ours', () => {
    assert.deepEqual(savings([cold(1000), run({})]), [-10, 1000 - 100 - 10]);
  });

  it('takes the median of the last five checks from nothing', () => {
    const times = [9000, 9000, 100, 200, 300, 400, 50_000];
    assert.equal(savings([...times.map((ms) => cold(ms)), run({})]).at(-1), 300 - 110);
  });

  it('is known from later checks as well', () => {
    assert.deepEqual(savings([run({}), cold(1000)]), [890, -10]);
  });

  it('is not known of a checker, version or flags that were never seen from nothing', () => {
    const other = { name: 'mypy', version: '2.4.0', context: 'd', exitCode: 0, signal: null };
    assert.deepEqual(savings([cold(1000), run({ checker: other })]), [-10, undefined]);
  });

  it('compares by version where contexts were not recorded yet', () => {
    const old = { name: 'mypy', version: '2.4.0', exitCode: 0, signal: null } as PastRun['checker'];
    assert.deepEqual(savings([cold(1000, { checker: old }), run({ checker: old })]), [-10, 890]);
  });

  it('does not take a crash, a kill, or a run without a slot for a check from nothing', () => {
    const killed = { ...run({}).checker, exitCode: null, signal: 'SIGKILL' };
    const none = [
      cold(1000, { reason: 'passed-through' }),
      cold(1000, { reason: 'crashed' }),
      cold(1000, { checker: killed }),
    ];
    assert.equal(savings([...none, run({})]).at(-1), undefined);
  });

  it('may be a loss', () => {
    assert.deepEqual(savings([cold(50), run({})]), [-10, -60]);
  });

  it('counts durations that are none as nothing', () => {
    const damaged = {
      ...run({}).timings,
      checkerMs: 'long',
      overheadMs: -5,
    } as unknown as PastRun['timings'];
    assert.deepEqual(savings([cold(1000), run({ timings: damaged })]), [-10, 1000]);
  });
});

describe('what runs came to', () => {
  it('is counted in all, by checker, by branch and by day', () => {
    const tsc = { ...run({}).checker, name: 'tsc' };
    const runs = [
      cold(1000, { time: '2026-11-25T12:00:00Z' }),
      run({ branch: 'topic' }),
      run({ source: 'answer', checkerMs: 0 }),
      run({ outcome: 'partial', reason: 'blob-missing', checker: tsc, branch: null }),
    ];
    const { total, checkers, branches, days } = statsOf(runs);
    assert.deepEqual(
      [total.runs, total.hits, total.answered, total.partials, total.unknownSavings],
      [4, 2, 1, 1, 1],
    );
    assert.deepEqual(total.misses, { absent: 1 });
    assert.deepEqual([total.restoredBytes, total.publishedBytes, total.remoteBytes], [40, 40, 24]);
    assert.equal(total.savedMs, -10 + 890 + 990);
    assert.deepEqual(
      checkers.map(({ name, runs: count }) => [name, count]),
      [
        ['mypy', 3],
        ['tsc', 1],
      ],
    );
    assert.deepEqual(branches.map(({ name }) => name).sort(), ['main', 'no branch', 'topic']);
    assert.deepEqual(
      days.map(({ runs: count }) => count),
      [1, 3],
    );
  });

  it('leaves out what is older, but not what it tells of checks from nothing', () => {
    const runs = [cold(1000, { time: '2026-11-01T12:00:00Z' }), run({})];
    const { total, days } = statsOf(runs, Date.parse('2026-11-20'));
    assert.deepEqual([total.runs, total.savedMs, days.length], [1, 890, 1]);
  });

  it('is nothing where nothing was run', () => {
    const { total, checkers, days } = statsOf([]);
    assert.deepEqual([total.runs, total.savedMs, checkers, days], [0, 0, [], []]);
  });
});
