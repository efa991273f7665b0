import { execFileSync } from 'node:child_process';
import type { Machine } from '@cleanmiss/integration-tests/support';
import { commandOf, patience } from '../checking/command.js';
import { expectHit } from '../checking/expect-answer.js';
import { warmMypy } from '../checking/first-checks.js';
import { firstMachine } from '../checking/first-machine.js';
import { alternate, type Contestant } from '../measuring/alternate.js';
import { atMostTimes } from '../measuring/goals.js';
import type { Bench, Row, RowResult } from '../row.js';

export const warmRun: Row = {
  number: 5,
  work: 'a check once more, nothing changed',
  measure,
};

async function measure(bench: Bench): Promise<RowResult> {
  const alone = await bench.mypyAlone();
  const machine = await firstMachine(bench, 'off');
  const nodes = [process.execPath, ...(bench.newerNode === undefined ? [] : [bench.newerNode])].map(nodeAt);
  const check = expectHit(alone.answer);
  const ours = nodes.map((node): Contestant => ({
    name: node.name,
    perform: () => checkOn(machine, node.path, bench),
    check,
  }));
  const figures = await alternate([warmMypy(alone), ...ours], bench.rounds);
  return {
    figures,
    goals: nodes.map(({ name, limit }) => atMostTimes(figures, name, 'mypy, warm', limit)),
    notes: bench.newerNode === undefined ? ['There was no second Node, of a newer series.'] : [],
  };
}

function checkOn(machine: Machine, node: string, { project }: Bench) {
  return machine.check(commandOf(project), { ...patience, node, options: [] });
}

/** Since Node 24 the process itself is up sooner. */
function nodeAt(path: string) {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  const isNew = Number.parseInt(version.slice(1), 10) >= 24;
  return { path, name: `cleanmiss, Node ${version}`, limit: isNew ? 1.1 : 1.25 };
}
