import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  assertStoreIsClean,
  check,
  coldAnswer,
  copyProject,
  count,
  findTools,
  slotsInUse,
  smallCorpora,
  startCheck,
  temporaryDirectory,
  touch,
} from './support/index.js';

const kills = count({ full: 100, quick: 3 });

/** Reproducible moments: a failure can be looked at again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe('a kill with SIGKILL', () => {
  it(`of cleanmiss or of mypy, at ${String(kills)} random moments, leaves a clean store, no lease, and a right next run`, async (t) => {
    const directory = temporaryDirectory(t);
    const { mypy } = findTools();
    const { directory: source, args } = smallCorpora()[0]!;
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    copyProject(source, project);
    const expected = await coldAnswer(mypy, args, project, join(directory, 'cache'));
    const command = [mypy.command, ...args];
    const { durationMs } = await check(command, { cwd: project, store: join(directory, 'measure') });
    const random = randomFrom(20261123);
    let hits = 0;
    for (let i = 0; i < kills; i++) {
      // Every third from an empty store and project: the kill meets the cold run and the first publish.
      if (i % 3 === 0) copyProject(source, join(directory, `p${String(i)}`));
      const cwd = i % 3 === 0 ? join(directory, `p${String(i)}`) : project;
      for (const file of pythonFiles(cwd).slice(0, 3)) touch(file);
      await killAt(startCheck(command, { cwd, store }), random() * durationMs, victims[i % victims.length]!);
      await assertStoreIsClean(store);
      assert.equal(await slotsInUse(cwd, store), 0, `after kill ${String(i)}`);
      const next = await check(command, { cwd, store });
      assertSameAnswer(next, expected, `after kill ${String(i)}`);
      if (next.report.outcome === 'hit') hits += 1;
    }
    t.diagnostic(`${String(hits)} of ${String(kills)} next runs were hits`);
  });
});

type Victim = 'both' | 'mypy' | 'cleanmiss';
const victims: readonly Victim[] = ['both', 'mypy', 'cleanmiss'];

async function killAt(
  running: ReturnType<typeof startCheck>,
  delayMs: number,
  victim: Victim,
): Promise<void> {
  // The random moment is the point of this test; nothing is synchronised by it.
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (victim === 'both') {
    await running.killAll();
    return;
  }
  if (victim === 'cleanmiss') running.signal('SIGKILL');
  else killChildOf(running.pid);
  // Its streams close when the last process that has them is gone: an orphaned mypy, too.
  await running.ended;
}

function killChildOf(pid: number): void {
  const child = childOf(pid);
  try {
    if (child !== undefined) process.kill(child, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

function childOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}

function pythonFiles(directory: string): readonly string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.py') && !path.startsWith('.cleanmiss'))
    .map((path) => join(directory, path));
}
