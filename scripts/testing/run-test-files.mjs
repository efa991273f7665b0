import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const FILE_TIMEOUT_MS = 1_800_000;

/**
 * @typedef {object} Outcome
 * @property {number} passed tests that ran and passed; not suites, skipped tests, or files without a test
 * @property {number} failed
 */

/**
 * Runs test files, each in a process of its own, and reports them on standard output.
 *
 * @param {string[]} files
 * @param {{ concurrency: number, testNamePatterns: string[] }} options
 * @returns {Promise<Outcome>}
 */
export async function runTestFiles(files, { concurrency, testNamePatterns }) {
  const outcome = { passed: 0, failed: 0 };
  const names = testNamePatterns.length === 0 ? {} : { testNamePatterns };
  const stream = run({ files, concurrency, timeout: FILE_TIMEOUT_MS, ...names });
  stream.on('test:pass', (event) => {
    outcome.passed += isTest(event) ? 1 : 0;
  });
  stream.on('test:fail', () => {
    outcome.failed += 1;
  });
  const report = stream.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await finished(report);
  return outcome;
}

/**
 * The runner counts a file in which it found no test as a test of that file's name.
 *
 * @param {{ name: string, file?: string, skip?: string | boolean, todo?: string | boolean, details: object }} event
 */
function isTest({ name, file, skip, todo, details }) {
  const isSuite = 'type' in details && details.type === 'suite';
  return !isSuite && name !== file && skip === undefined && todo === undefined;
}
