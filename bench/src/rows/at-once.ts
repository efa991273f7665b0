import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  mypyPackageCorpus,
  run,
  smallCorpora,
  type Ended,
  type Machine,
} from '@cleanmiss/integration-tests/support';
import { checkOut } from '../checking/check-out.js';
import { commandOf, patience } from '../checking/command.js';
import { expectAnswer, expectHit, isSameAnswer } from '../checking/expect-answer.js';
import { firstMachine } from '../checking/first-machine.js';
import { MypyAlone } from '../checking/mypy-alone.js';
import type { CheckedProject } from '../corpus/checked-project.js';
import { alternate, type Contestant } from '../measuring/alternate.js';
import { atLeastTimes } from '../measuring/goals.js';
import type { Bench, Figure, Row, RowResult } from '../row.js';

export const atOnce: Row = {
  number: 11,
  work: "1, 2, 4 and 8 checks at once of mypy's own package, each in a fresh checkout",
  measure,
};

const COUNTS = [1, 2, 4, 8];

/** In small: that it works. */
const FEW = [1, 2];

/** One way to check a checkout. */
interface Way {
  readonly name: string;
  readonly run: (checkout: string) => Promise<Ended>;
  readonly check: (outcome: Ended) => void;
  readonly maxRounds?: number;
}

/** For ways that start cold: they take long. */
const COLD_ROUNDS = 2;

async function measure(bench: Bench): Promise<RowResult> {
  const corpus = bench.isSmall ? smallCorpora()[0]! : mypyPackageCorpus();
  const project: CheckedProject = { ...corpus, mypy: bench.project.mypy };
  const counts = bench.isSmall ? FEW : COUNTS;
  const alone = await MypyAlone.check(project, bench.folder(), (text) => bench.say(text));
  const machine = await firstMachine({ ...bench, project, mypyAlone: async () => alone }, 'off');
  const wrong: Ended[] = [];
  const ways = [
    ours(project, machine, alone.answer),
    coldEach(project, alone.answer),
    coldTogether(project, (outcome) => {
      if (!isSameAnswer(outcome, alone.answer)) wrong.push(outcome);
    }),
  ];
  const contestants = counts.flatMap((count) => ways.map((way) => manyAtOnce(bench, project, way, count)));
  const figures = perSecond(await alternate(contestants, bench.rounds));
  return {
    figures,
    goals: [atLeastTimes(figures, figureName('cleanmiss', counts.at(-1)!), figureName('cleanmiss', 1), 1)],
    notes: [`${wrong.length} answers of mypy on one directory were wrong; all others were right.`],
  };
}

/** From one store, which is full. */
function ours(project: CheckedProject, machine: Machine, answer: Ended): Way {
  const options = { ...patience, options: [] };
  return {
    name: 'cleanmiss',
    run: (cwd) => machine.check(commandOf(project), { ...options, cwd }),
    check: expectHit(answer),
  };
}

function coldEach(project: CheckedProject, answer: Ended): Way {
  return {
    name: 'mypy, a cold directory each',
    run: (cwd) => run(commandOf(project), { ...patience, cwd }),
    check: expectAnswer(answer),
    maxRounds: COLD_ROUNDS,
  };
}

function coldTogether(project: CheckedProject, check: (outcome: Ended) => void): Way {
  const [program = '', ...args] = commandOf(project);
  return {
    name: 'mypy, one cold directory',
    run: (cwd) =>
      run([program, `--cache-dir=${join(dirname(dirname(cwd)), 'state')}`, ...args], { ...patience, cwd }),
    check,
    maxRounds: COLD_ROUNDS,
  };
}

function manyAtOnce(bench: Bench, project: CheckedProject, way: Way, count: number): Contestant {
  let folder = '';
  let checkouts: readonly string[] = [];
  return {
    name: figureName(way.name, count),
    ...(way.maxRounds === undefined ? {} : { maxRounds: way.maxRounds }),
    prepare: () => {
      folder = bench.folder();
      checkouts = Array.from({ length: count }, (_, i) => checkOutIn(project, join(folder, String(i))));
    },
    perform: () => Promise.all(checkouts.map((checkout) => way.run(checkout))),
    check: (outcomes) => {
      (outcomes as readonly Ended[]).forEach((outcome) => way.check(outcome));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function checkOutIn(project: CheckedProject, folder: string): string {
  mkdirSync(folder);
  return checkOut(project, folder);
}

function figureName(way: string, count: number): string {
  return `${way}, ${String(count)} at once`;
}

function perSecond(figures: readonly Figure[]): readonly Figure[] {
  return figures.map(({ name, samples }) => {
    const count = Number(/(\d+) at once$/.exec(name)?.[1]);
    return { name, unit: 'per second', samples: samples.map((ms) => (count * 1000) / ms) };
  });
}
