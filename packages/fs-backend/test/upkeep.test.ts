import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runTrial } from './support/upkeep-trial.js';

const long = process.env['CLEANMISS_LONG'] === '1';
const trials = long ? 28 : 1;
const maxTrials = 20;

/*
 * The experiment in which `cacache.verify` beside writers lost 19 of 53 acknowledged puts.
 */
describe('four writers beside processes that collect and verify', () => {
  it('lose nothing that was acknowledged, though it was old, unnamed or damaged just before', async (t) => {
    let acknowledged = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { lost, wrong, failures, ...figures } = await runTrial(t, { epochs: 8, graceMs: 2000 });
      t.diagnostic(JSON.stringify({ ...figures, lost: lost.length }));
      assert.deepEqual([lost, wrong, failures], [[], [], []]);
      assert.ok(figures.removed > 0, 'the collectors did take things from under the writers');
      assert.ok(figures.quarantined > 0, 'the verifiers did as well');
      acknowledged += figures.acknowledged;
    }
    assert.ok(acknowledged >= (long ? 20_000 : 700), `${acknowledged} were acknowledged`);
  });

  it('lose some without a grace period: the experiment can tell', async (t) => {
    // By chance: not in every trial.
    for (let trial = 0; trial < maxTrials; trial++) {
      const { lost, wrong, failures, ...figures } = await runTrial(t, { epochs: 8, graceMs: 0 });
      t.diagnostic(JSON.stringify({ ...figures, failures: failures.length, lost: lost.length }));
      assert.deepEqual(wrong, []);
      if (lost.length > 0) return;
    }
    assert.fail(`nothing was lost in ${maxTrials} trials`);
  });
});
