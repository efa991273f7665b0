import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { count } from './support/index.js';
import { newModel, openUniverse, SecondProcess, steps, Trial } from './support/model/index.js';

const runs = count({ full: 5000, quick: 300 });

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

function property(mutant?: string) {
  return fc.asyncProperty(steps, async (commands) => {
    using trial = new Trial({ universe, second, mutant });
    const model = newModel();
    await fc.asyncModelRun(() => ({ model, real: trial }), commands);
  });
}
