import * as fc from 'fast-check';
import type { Operation, PutEntry } from './operations.js';
import type { Kill, Model, ProcessName, Trial } from './trial.js';

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** One step of a trial; what it is about is seen in its text. */
class Step implements fc.AsyncCommand<Model, Trial> {
  readonly #text: string;
  readonly #run: (model: Model, trial: Trial) => Promise<void> | void;
  readonly #needsFiles: boolean;

  constructor(text: string, run: (model: Model, trial: Trial) => Promise<void> | void, needsFiles = false) {
    this.#text = text;
    this.#run = run;
    this.#needsFiles = needsFiles;
  }

  check({ disk }: Readonly<Model>): boolean {
    return !this.#needsFiles || disk.keys.size + disk.blobs.size > 0;
  }

  async run(model: Model, trial: Trial): Promise<void> {
    await this.#run(model, trial);
  }

  toString(): string {
    return this.#text;
  }
}

const key = fc.nat({ max: 2 });
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 3 });
const state = fc.nat({ max: 1 });
const ref = fc.nat({ max: 1 });

const entries = fc
  .uniqueArray(
    fc.record({
      key,
      version: fc.nat({ max: 9 }),
      blobs: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
      follows: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3, selector: (entry) => entry.key },
  )
  .map((all) => all.map((entry, i): PutEntry => ({ ...entry, follows: i > 0 && entry.follows })));

const gc = fc.record({
  op: fc.constant('gc' as const),
  maxAgeMs: fc.constantFrom(hourMs, dayMs, 30 * dayMs),
  graceMs: fc.constantFrom(minuteMs, hourMs),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('put' as const), entries }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('get' as const, 'getMetas' as const), keys }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('publish' as const, 'announce' as const), state, ref }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('restore' as const), ref }) },
  { weight: 4, arbitrary: gc },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('verify' as const, 'stats' as const) }) },
);

const process = fc.constantFrom<ProcessName>('first', 'second');
const call = fc.nat({ max: 60 });
const kill: fc.Arbitrary<Kill> = fc.record({ at: call, torn: fc.boolean() });

const alone = fc.record({ process, operation, kill: fc.option(kill, { freq: 2, nil: undefined }) });
const meanwhile = fc.record({
  outer: operation,
  inner: operation,
  at: call,
  kill: fc.option(kill, { freq: 8, nil: undefined }),
});
const damage = fc.record({ which: fc.nat(99), how: fc.constantFrom('flip' as const, 'cut' as const), where: fc.nat(999) });
const jumpMs = fc.constantFrom(1000, 30 * minuteMs, 2 * hourMs, dayMs, 40 * dayMs, -1000, -2 * hourMs);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: alone.map(
      (how) =>
        new Step(`alone ${text(how)}`, (model, trial) => trial.alone(how.process, how.operation, how.kill, model)),
    ),
  },
  {
    weight: 5,
    arbitrary: meanwhile.map(
      (how) => new Step(`meanwhile ${text(how)}`, (model, trial) => trial.meanwhile(how.outer, how, how.kill, model)),
    ),
  },
  {
    weight: 2,
    arbitrary: damage.map(
      (what) =>
        new Step(
          `damage ${text(what)}`,
          (model, trial) => trial.damage(what.which, what.how, what.where, model),
          true,
        ),
    ),
  },
  {
    weight: 3,
    arbitrary: jumpMs.map((ms) => new Step(`clock ${ms / 1000} s`, (model) => void (model.now += ms))),
  },
  { weight: 1, arbitrary: process.map((name) => new Step(`restart ${name}`, (_, trial) => trial.restart(name))) },
);

/** Up to 40 steps. */
export const steps: fc.Arbitrary<Iterable<fc.AsyncCommand<Model, Trial>>> = fc.commands([step], { maxCommands: 40, size: 'max' });

function text(value: unknown): string {
  return JSON.stringify(value);
}
