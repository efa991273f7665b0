import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { count } from './support/index.js';
import { mutants, newModel, openUniverse, SecondProcess, steps, Trial } from './support/model/index.js';

const quickRuns = 300;
const runs = count({ full: 5000, quick: quickRuns });

/** In memory where there is such a place: the test makes and removes thousands of stores. */
const memory = '/dev/shm';
const scratch = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'cleanmiss-model-'));
const universe = await openUniverse(scratch);
const second = new SecondProcess(scratch);
after(async () => {
  await second[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

describe('a store that two processes use, collect, verify, damage and are killed in', () => {
  it(`is in each of ${runs} runs what a few rules say`, async (t) => {
    const seed = Number(process.env['CLEANMISS_SEED'] ?? Date.now() % 2 ** 31);
    t.diagnostic(`${runs} runs from seed ${seed}`);
    await fc.assert(property(), { seed, numRuns: runs, includeErrorInReport: true });
  });
});

describe('the model test finds a store that', () => {
  for (const mistake of Object.keys(mutants)) {
    it(mistake, async (t) => {
      // Of all random numbers the same ones each time: a mutant is found, or it is not.
      const options = { seed: 4, numRuns: quickRuns, endOnFailure: true };
      const { failed, numRuns } = await fc.check(property(mistake), options);
      t.diagnostic(`found in run ${numRuns}`);
      assert.ok(failed, 'it was not found');
    });
  }
});

function property(mutant?: string) {
  return fc.asyncProperty(steps, async (commands) => {
    using trial = new Trial({ universe, second, mutant });
    const model = newModel();
    await fc.asyncModelRun(() => ({ model, real: trial }), commands);
  });
}
