import * as fc from 'fast-check';
import type { Operation, PutEntry } from './operations.js';
import type { Damage, Kill, Model, ProcessName, Trial } from './trial.js';

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** One step of a trial; what it is about is seen in its text. */
class Step implements fc.AsyncCommand<Model, Trial> {
  readonly #text: string;
  readonly #run: (model: Model, trial: Trial) => Promise<void> | void;

  constructor(text: string, run: (model: Model, trial: Trial) => Promise<void> | void) {
    this.#text = text;
    this.#run = run;
  }

  check(): boolean {
    return true;
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
  maxAgeMs: fc.constantFrom(hourMs, hourMs, dayMs, 30 * dayMs),
  graceMs: fc.constantFrom(minuteMs, hourMs),
});

const put = fc.record({ op: fc.constant('put' as const), entries });
const get = fc.record({ op: fc.constantFrom('get' as const, 'getMetas' as const), keys });
const remove = fc.record({ op: fc.constant('delete' as const), key });
const publish = fc.record({ op: fc.constantFrom('publish' as const, 'announce' as const), state, ref });
const restore = fc.record({ op: fc.constant('restore' as const), ref });
const verify = fc.record({ op: fc.constant('verify' as const) });
const stats = fc.record({ op: fc.constant('stats' as const) });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 3, arbitrary: get },
  { weight: 1, arbitrary: remove },
  { weight: 3, arbitrary: publish },
  { weight: 2, arbitrary: restore },
  { weight: 4, arbitrary: gc },
  { weight: 2, arbitrary: verify },
  { weight: 1, arbitrary: stats },
);

/** In the first few is most of the danger. */
const call = fc.oneof(
  { weight: 2, arbitrary: fc.nat({ max: 6 }) },
  { weight: 1, arbitrary: fc.nat({ max: 40 }) },
);
const kill: fc.Arbitrary<Kill> = fc.record({ at: call, torn: fc.boolean() });
const damage: fc.Arbitrary<Damage> = fc.record({
  which: fc.nat(99),
  how: fc.constantFrom('flip' as const, 'cut' as const),
  where: fc.nat(999),
});
const jumpMs = fc.constantFrom(2 * hourMs, 40 * dayMs, dayMs, 30 * minuteMs, 1000, -1000, -2 * hourMs);
const process = fc.constantFrom<ProcessName>('first', 'second');

const alone = fc
  .record({ process, operation, kill: fc.option(kill, { freq: 2, nil: undefined }) })
  .map((how) =>
    step('alone', how, (model, trial) => trial.alone(how.process, how.operation, how.kill, model)),
  );

/** On what has just become old or damaged. */
const meanwhile = fc
  .record({
    jumpMs: fc.option(jumpMs, { freq: 2, nil: undefined }),
    damage: fc.option(damage, { freq: 2, nil: undefined }),
    outer: operation,
    inner: fc.oneof({ weight: 1, arbitrary: gc }, { weight: 2, arbitrary: operation }),
    at: call,
    kill: fc.option(kill, { freq: 8, nil: undefined }),
  })
  .map((how) =>
    step('meanwhile', how, async (model, trial) => {
      model.now += how.jumpMs ?? 0;
      if (how.damage) trial.damage(how.damage, model);
      await trial.meanwhile(how.outer, how, how.kill, model);
    }),
  );

const damaging = damage.map((what) => step('damage', what, (model, trial) => trial.damage(what, model)));
const jumping = jumpMs.map((ms) => step('clock', ms, (model) => void (model.now += ms)));
const restarting = process.map((name) => step('restart', name, (_, trial) => trial.restart(name)));

const anyStep = fc.oneof(
  { weight: 6, arbitrary: alone },
  { weight: 6, arbitrary: meanwhile },
  { weight: 2, arbitrary: damaging },
  { weight: 2, arbitrary: jumping },
  { weight: 1, arbitrary: restarting },
);

/** Up to 40. */
export const steps: fc.Arbitrary<Iterable<fc.AsyncCommand<Model, Trial>>> = fc.commands([anyStep], {
  maxCommands: 40,
  size: 'max',
});

function step(name: string, what: unknown, run: (model: Model, trial: Trial) => Promise<void> | void): Step {
  return new Step(`${name} ${JSON.stringify(what)}`, run);
}
