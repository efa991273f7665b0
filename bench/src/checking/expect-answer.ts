import type { Checked, Ended } from '@cleanmiss/integration-tests/support';

/** A check that nobody could tell from the answer whether a cache was there. */
export function expectAnswer(expected: Ended) {
  return (outcome: unknown): void => {
    const ended = outcome as Ended;
    if (isSameAnswer(ended, expected)) return;
    const { stdout, stderr, code } = ended;
    throw new Error(
      `another answer than that of mypy alone, cold; exit code ${String(code)}:\n${stdout}${stderr}`,
    );
  };
}

export function isSameAnswer(actual: Ended, expected: Ended): boolean {
  return actual.stdout === expected.stdout && actual.code === expected.code;
}

/** The same, and that there was a state to start from. */
export function expectHit(expected: Ended) {
  const expectRight = expectAnswer(expected);
  return (outcome: unknown): void => {
    expectRight(outcome);
    const { report } = outcome as Checked;
    if (report.outcome !== 'hit' || report.degraded.length > 0)
      throw new Error(`not a hit: ${JSON.stringify(report)}`);
  };
}
