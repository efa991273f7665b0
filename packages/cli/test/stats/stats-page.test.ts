import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countedRuns, statsOf, type PastRun } from '@cleanmiss/runner';
import { everyDay } from '../../src/stats/days.js';
import { labelled, ticksOf } from '../../src/stats/axis.js';
import { statsPage } from '../../src/stats/stats-page.js';

const volume = { files: 1, bytes: 10, remoteBytes: 3 };

function run(day: number, change: Partial<PastRun> = {}): PastRun {
  return {
    time: `2026-11-${String(day).padStart(2, '0')}T12:00:00Z`,
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
      ...{ checkerMs: 500, overheadMs: 100 },
    },
    untrusted: {},
    degraded: [],
    ...change,
  };
}

function pageOf(runs: readonly PastRun[], project = 'project'): string {
  return statsPage({ project, counted: countedRuns(runs), stats: statsOf(runs), made: new Date(0) });
}

const some = [
  run(20, { outcome: 'miss', reason: 'absent', source: null }),
  run(20),
  run(23, { source: 'answer' }),
  run(24, { outcome: 'partial', reason: 'blob-missing' }),
];

/** Elements that have no end of their own. */
const isVoid = /^(?:meta|br|line|rect|circle|polyline)$/;

/** Fails unless each element is closed where it must be, attributes are quoted, and no text holds a mark. */
function assertWellFormed(page: string): void {
  const open: string[] = [];
  const body = page.replace('<!doctype html>', '').replace(/<style>[^<]*<\/style>/, '');
  for (const piece of body.split(/(<[^>]*>)/)) {
    if (!piece.startsWith('<')) {
      assert.doesNotMatch(piece, /[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
      continue;
    }
    const [, end, name = '', attributes = ''] = /^<(\/?)([a-z0-9]+)((?:\s[^<>]*)?)>$/i.exec(piece) ?? [];
    assert.match(attributes, /^(?:\s+[a-zA-Z0-9:-]+="[^"]*")*\s*\/?$/, piece);
    if (end) assert.equal(open.pop(), name, piece);
    else if (!isVoid.test(name)) open.push(name);
  }
  assert.deepEqual(open, []);
}

describe('the page of stats', () => {
  it('is well formed, and asks for nothing from anywhere', () => {
    const page = pageOf(some);
    assertWellFormed(page);
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|\ssrc=|\shref=|url\(|@import|https?:\/\/(?!jfly)/);
  });

  it('shows what others have written as text, whatever it is', () => {
    const hostile = `"><script>alert(1)</script><b a='&'>\u202e\u0007`;
    const page = pageOf(
      some.map((past) => ({ ...past, branch: hostile, checker: { ...past.checker, name: hostile } })),
      hostile,
    );
    assertWellFormed(page);
    assert.doesNotMatch(page, /<script/);
    assert.ok(page.includes('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'));
    assert.doesNotMatch(page, /\u202e|\u0007/);
  });

  it('has a drawing, with words for those who do not see it, of each thing', () => {
    const page = pageOf(some);
    const titles = [...page.matchAll(/<svg[^>]* role="img">\s*<title>([^<]*)<\/title><desc>[^<]+/g)];
    assert.deepEqual(
      titles.map(([, title]) => title),
      [
        'Runs by day',
        'Time saved by day',
        'Time saved in all',
        'The checker&#39;s own time, run by run',
        'Misses by reason',
      ],
    );
    assert.match(page, /prefers-color-scheme: dark/);
  });

  it('says so where no run is recorded', () => {
    const page = pageOf([]);
    assertWellFormed(page);
    assert.match(page, /No run is recorded/);
    assert.doesNotMatch(page, /NaN|Infinity/);
  });

  it('draws a single run, and nothing but passed-through ones', () => {
    for (const runs of [[run(1)], [run(1, { outcome: 'miss', reason: 'passed-through', source: null })]]) {
      const page = pageOf(runs);
      assertWellFormed(page);
      assert.doesNotMatch(page, /NaN|Infinity|undefined/);
    }
  });
});

describe('an axis', () => {
  it('has round numbers that hold all values', () => {
    assert.deepEqual(ticksOf(0, 9), [0, 5, 10]);
    assert.deepEqual(ticksOf(-1, 3), [-1, 0, 1, 2, 3]);
    assert.deepEqual(ticksOf(0, 150_000, 60_000), [0, 60_000, 120_000, 180_000]);
    assert.deepEqual(ticksOf(0, 0), [0, 1]);
  });

  it('has labels at equal distances, the last one among them', () => {
    assert.deepEqual([...labelled(3, 9)], [0, 1, 2]);
    assert.deepEqual([...labelled(20, 9)], [1, 4, 7, 10, 13, 16, 19]);
  });

  it('of days has every one of them, over months, at most the last ninety', () => {
    const day = (name: string) => ({ ...statsOf([]).total, name });
    assert.deepEqual(
      everyDay([day('2026-02-27'), day('2026-03-02')]).map(({ name }) => name),
      ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'],
    );
    assert.equal(everyDay([day('2025-01-01'), day('2026-03-02')]).length, 90);
  });
});
