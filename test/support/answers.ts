import assert from 'node:assert/strict';
import { run, type Ended } from './processes.js';
import type { MypyInstall } from './tools.js';

/** What a check says: nobody may tell from it whether a cache was there. */
export type Answer = Pick<Ended, 'stdout' | 'stderr' | 'code' | 'signal'>;

export function answerOf({ stdout, stderr, code, signal }: Ended): Answer {
  return { stdout, stderr, code, signal };
}

/** What plain mypy says in an empty state directory of its own. */
export async function coldAnswer(
  mypy: MypyInstall,
  args: readonly string[],
  cwd: string,
  cacheDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return await run([mypy.command, `--cache-dir=${cacheDir}`, ...args], { cwd, env });
}

export function assertSameAnswer(actual: Ended, expected: Ended, about: string): void {
  assert.deepEqual(answerOf(actual), answerOf(expected), about);
}
