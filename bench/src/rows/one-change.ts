import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commitAll, git, initialCommit, Machine } from '@cleanmiss/integration-tests/support';
import { startRedis } from '@cleanmiss/redis-fixture';
import { commandOf, patience } from '../checking/command.js';
import { expectAnswer, expectHit } from '../checking/expect-answer.js';
import { firstMachine } from '../checking/first-machine.js';
import type { MypyAlone } from '../checking/mypy-alone.js';
import { archiveState, gzip } from '../checking/state-archive.js';
import { atMostTimes } from '../measuring/goals.js';
import { inRounds, type Measure } from '../measuring/in-rounds.js';
import type { Bench, Row, RowResult } from '../row.js';

export const oneChange: Row = {
  number: 8,
  work: 'one file changed here, checked, committed and published to Redis; pulled and checked there',
  measure,
};

/** Of each project, a module without mistakes, so that it is part of the state, which few others import. */
const FILES = new Map([
  ['torch', 'src/app.py'],
  ['mypy-package', 'src/mypy/split_namespace.py'],
]);

async function measure(bench: Bench): Promise<RowResult> {
  await using redis = await startRedis();
  const file = FILES.get(bench.project.name)!;
  const alone = await bench.mypyAlone();
  const here = await firstMachine(bench, redis.url);
  const origin = publishRepository(here, bench.folder());
  const there = await secondMachine(bench, origin, redis.url);
  const figures = await inRounds(bench.rounds, async (round) => {
    changeAndCommit(here, file, round);
    const published = await publish(bench, alone, here);
    git(there.project, 'pull', '--quiet');
    const restored = await restore(bench, alone, there);
    return [published, restored, pack(bench, alone)].flat();
  });
  return {
    figures,
    goals: [
      atMostTimes(figures, 'sent', 'an archive of all', 0.01),
      atMostTimes(figures, 'received', 'an archive of all', 0.01),
    ],
    notes: [`A new function in ${file}.`],
  };
}

function publishRepository({ project }: Machine, origin: string): string {
  initialCommit(project);
  git(origin, 'init', '--quiet', '--bare', '--initial-branch', 'main');
  git(project, 'remote', 'add', 'origin', origin);
  git(project, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return origin;
}

/** It has checked what was there before. */
async function secondMachine(bench: Bench, origin: string, remote: string): Promise<Machine> {
  const directory = bench.folder();
  const machine = new Machine({ directory, remote });
  git(directory, 'clone', '--quiet', origin, machine.project);
  await machine.check(commandOf(bench.project), patience);
  return machine;
}

/** Well-typed: what mypy says stays the same. */
function changeAndCommit({ project }: Machine, file: string, round: number): void {
  const number = String(round);
  appendFileSync(join(project, file), `\n\ndef added_in_round_${number}() -> int:\n    return ${number}\n`);
  commitAll(project, `Round ${number}`);
  git(project, 'push', '--quiet');
}

async function publish(bench: Bench, alone: MypyAlone, machine: Machine): Promise<readonly Measure[]> {
  const checked = await machine.check(commandOf(bench.project), patience);
  expectAnswer(alone.answer)(checked);
  const { published, timings } = checked.report;
  if (published.files === 0) throw new Error('the change left no trace in the state');
  return [
    { name: 'sent', unit: 'bytes', value: published.remoteBytes },
    { name: 'storing and sending', unit: 'ms', value: timings.publishMs },
  ];
}

async function restore(bench: Bench, alone: MypyAlone, machine: Machine): Promise<readonly Measure[]> {
  const checked = await machine.check(commandOf(bench.project), patience);
  expectHit(alone.answer)(checked);
  const { restored, timings } = checked.report;
  return [
    { name: 'received', unit: 'bytes', value: restored.remoteBytes },
    { name: 'receiving and restoring', unit: 'ms', value: timings.restoreMs },
  ];
}

/** What would be sent, and received, where the state is one archive. */
function pack(bench: Bench, { checkout }: MypyAlone): readonly Measure[] {
  const folder = bench.folder();
  const start = performance.now();
  const { bytes } = archiveState(gzip, checkout, folder);
  const ms = performance.now() - start;
  rmSync(folder, { recursive: true });
  return [
    { name: 'an archive of all', unit: 'bytes', value: bytes.length },
    { name: 'making the archive', unit: 'ms', value: ms },
  ];
}
