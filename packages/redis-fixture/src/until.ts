import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 25;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Asks again and again until the answer is `undefined`; an answer says what is still missing. For what other processes
 * do, of which they do not tell.
 *
 * @throws Error with the last answer when it takes too long
 */
export async function untilNothingIsMissing(
  what: string,
  askMissing: () => Promise<string | undefined>,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const missing = await askMissing();
    if (missing === undefined) return;
    if (performance.now() > deadline) throw new Error(`${what}, but after ${timeoutMs} ms: ${missing}`);
    await delay(INTERVAL_MS);
  }
}
