import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { faults, password } from './support/fault-list.js';
import { publish, type Published } from './support/fault-place.js';
import { writeFaultTable } from './support/fault-table.js';
import { tryFault, type Trial } from './support/fault-trial.js';
import {
  assertStoreIsClean,
  mypyPackageCorpus,
  TemporaryDirectory,
  writeProject,
  type Checked,
  type Corpus,
} from './support/index.js';

const isLong = process.env['CLEANMISS_LONG'] === '1';
const isWritten = process.env['CLEANMISS_WRITE_DOCS'] === '1';

const budgetMs = 3000;
/** Between the end of a wait and our look at the clock. */
const slackMs = 50;
const maxPeakBytes = 512 * 1024 ** 2;

const directory = new TemporaryDirectory();
const corpora = [oneModule, ...(isLong ? [mypyPackageCorpus] : [])];

// Nothing beside it where it is measured.
describe('a remote with', { concurrency: isWritten ? 1 : 2 }, () => {
  for (const corpusOf of corpora) {
    const trials: Trial[] = [];
    let published: Published;

    before(async () => {
      published = await publish(corpusOf(), join(directory.path, corpusOf.name));
    });
    after(async () => {
      if (isWritten && corpusOf === oneModule) await writeFaultTable(trials, published);
    });

    for (const fault of isLong || isWritten ? faults : faults.filter(({ isVariant }) => !isVariant)) {
      for (const waits of isLong && corpusOf === oneModule ? [true, false] : [true]) {
        const how = waits ? 'waited for' : 'not waited for';
        it(`${fault.name} costs no answer: ${corpusOf.name}, ${how}`, async (t) => {
          const trial = await tryFault(published, fault, { waits, measures: isWritten }, (tried) =>
            assertHarmless(tried, published, waits),
          );
          t.diagnostic(lineOf(trial));
          if (waits) trials.push(trial);
        });
      }
    }
  }
});

async function assertHarmless(trial: Trial, { expected }: Published, waits: boolean): Promise<void> {
  const { fault, run, second, third } = trial;
  for (const each of [run, second, third]) if (each) assertAnswer(each, expected);
  assert.ok(fault.outcomes.includes(run.report.outcome), JSON.stringify(run.report));
  if (run.report.outcome === 'hit') assert.equal(run.report.reason, null);
  else assert.match(run.report.reason ?? '', fault.reason ?? /^$/);
  assertSaid(trial, waits);
  if (third) assert.equal(third.report.outcome, 'hit', JSON.stringify(third.report));
  assert.ok(trial.peakBytes > 0 && trial.peakBytes < maxPeakBytes, `${trial.peakBytes} bytes were held`);
  await assertStoreIsClean(trial.store);
}

/** mypy's own answer, beside which we say one line at most; and no wait beyond the budget. */
function assertAnswer(checked: Checked, expected: Published['expected']): void {
  const { code, signal, stdout, report } = checked;
  assert.deepEqual([code, signal, stdout], [expected.code, expected.signal, expected.stdout]);
  const { ours, others } = linesOf(checked.stderr);
  assert.equal(others, expected.stderr);
  assert.ok(ours.length <= 1, checked.stderr);
  assert.ok(!`${checked.stderr}${JSON.stringify(report)}`.includes(password), 'a password was told');
  assert.ok(report.timings.remoteWaitMs <= budgetMs + slackMs, JSON.stringify(report.timings));
}

function assertSaid({ fault, run, second }: Trial, waits: boolean): void {
  const { degraded } = run.report;
  assert.equal(linesOf(run.stderr).ours.length, degraded.length > 0 ? 1 : 0, run.stderr);
  switch (fault.kind) {
    case 'repaired':
      assert.deepEqual(degraded, []);
      break;
    case 'forgetful':
      break;
    case 'unwritable':
      if (waits) assert.match(degraded.join('\n'), /^upload: /);
      break;
    case 'out':
      assert.ok(degraded.length > 0);
      // It is known by now: not even a connection is made.
      assert.equal(second.report.timings.remoteWaitMs, 0, JSON.stringify(second.report));
      break;
  }
}

function linesOf(stderr: string): { readonly ours: readonly string[]; readonly others: string } {
  const lines = stderr.split(/(?<=\n)/);
  const isOurs = (line: string) => line.startsWith('cleanmiss: ');
  return { ours: lines.filter(isOurs), others: lines.filter((line) => !isOurs(line)).join('') };
}

function lineOf({ run, second, alone, peakBytes }: Trial): string {
  const { outcome, reason, timings } = run.report;
  const added =
    alone === undefined
      ? ''
      : `; ${(run.durationMs - alone.meanMs).toFixed(0)} ms more than without a remote`;
  const waited = `waited ${timings.remoteWaitMs} ms, then ${second.report.timings.remoteWaitMs} ms`;
  const memory = `${(peakBytes / 1e6).toFixed(0)} MB`;
  return `${outcome} ${reason ?? ''}; ${waited}${added}; ${memory}; ${run.stderr.trim()}`;
}

/** What takes mypy a second. */
function oneModule(): Corpus {
  const project = join(directory.path, 'one-module');
  writeProject(project, { 'a.py': 'import random\nx: int = random.random()\n' });
  return { name: 'one module', directory: project, args: ['a.py'] };
}
