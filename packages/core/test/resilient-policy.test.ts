import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  CircuitBreaker,
  isOutage,
  ResilientPolicy,
  WaitingBudget,
  type BreakerState,
  type ResilientPolicyOptions,
} from '../src/index.js';
import { outage } from './support/fake-tier.js';
import { ManualTime, settled } from './support/manual-time.js';

type Step = (signal: AbortSignal) => Promise<string>;

const never: Step = () => new Promise<string>(() => {});
const answer: Step = () => Promise.resolve('answer');

describe('a call under a resilient policy that is never answered', () => {
  it('ends at its deadline, with an outage that says who was asked for what, and its signal fires', async (t) => {
    const { policy, time } = setUp(t);
    let seen: AbortSignal | undefined;
    const call = caught(
      policy.run('read of blobs', (signal) => {
        seen = signal;
        return never(signal);
      }),
    );
    await time.pass(1999);
    assert.equal(await stateOf(call), 'pending');
    assert.equal(seen?.aborted, false);
    await time.pass(1);
    const error = await call;
    assert.ok(isOutage(error));
    assert.match((error as Error).message, /the remote did not answer a read of blobs within 2000 ms/);
    assert.equal(seen.aborted, true);
    assert.equal(seen.reason, error);
  });

  it('is not made again: who let a deadline pass would let the next one pass too', async (t) => {
    const { policy, time } = setUp(t);
    const calls = counting(never);
    const call = caught(policy.run('read', calls.step));
    await time.pass(2000);
    assert.ok(isOutage(await call));
    await time.pass(60_000);
    assert.equal(calls.count(), 1);
  });

  it('leaves nothing unhandled when its step rejects after all', async (t) => {
    const { policy, time } = setUp(t);
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    t.after(() => process.off('unhandledRejection', onUnhandled));
    let rejectLate: (error: Error) => void = () => {};
    const step = () => new Promise<string>((_, reject) => (rejectLate = reject));
    const call = caught(policy.run('read', step));
    await time.pass(2000);
    await call;
    rejectLate(new Error('late'));
    await settled();
    assert.deepEqual(unhandled, []);
  });
});

describe('a call under a resilient policy that fails', () => {
  it('is not made again where it met a bug, and the tier is not called out of order', async (t) => {
    const { policy, breaker } = setUp(t);
    const bug = new TypeError('a bug');
    const calls = counting(() => Promise.reject(bug));
    assert.equal(await caught(policy.run('read', calls.step)), bug);
    assert.equal(calls.count(), 1);
    assert.equal(breaker.openState(), undefined);
  });

  it('fails as it did where its step throws at once', async (t) => {
    const { policy } = setUp(t);
    const bug = new TypeError('a bug');
    const step = () => {
      throw bug;
    };
    assert.equal(await caught(policy.run('read', step)), bug);
  });

  it('is made once more after a quick outage, and no more than once', async (t) => {
    const { policy, time } = setUp(t);
    const error = outage('connection reset');
    const calls = counting(() => Promise.reject(error));
    const call = caught(policy.run('read', calls.step));
    await time.pass(0);
    assert.equal(calls.count(), 1);
    await time.pass(100);
    assert.equal(await call, error);
    await time.pass(60_000);
    assert.equal(calls.count(), 2);
  });

  it('is answered by the second try', async (t) => {
    const { policy, breaker, time } = setUp(t);
    const steps = [() => Promise.reject(outage()), answer];
    const call = policy.run('read', (signal) => steps.shift()!(signal));
    await time.pass(100);
    assert.equal(await call, 'answer');
    assert.equal(breaker.openState(), undefined);
  });

  it('waits for the next try between half of the pause and all of it, twice as long each time', async (t) => {
    for (const [random, pauses] of [
      [0, [50, 100, 200]],
      [0.5, [75, 150, 300]],
    ] as const) {
      await t.test(`random ${random}`, async (inner) => {
        const { policy, time } = setUp(inner, { retries: 3, random: () => random });
        const calls = counting(() => Promise.reject(outage()));
        const call = caught(policy.run('read', calls.step));
        for (const [i, pause] of pauses.entries()) {
          await time.pass(pause - 1);
          assert.equal(calls.count(), i + 1);
          await time.pass(1);
          assert.equal(calls.count(), i + 2);
        }
        assert.ok(isOutage(await call));
      });
    }
  });
});

describe('a call under a resilient policy that its caller breaks off', () => {
  it('is not made at all where that was before', async (t) => {
    const { policy } = setUp(t);
    const calls = counting(answer);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    assert.equal(await caught(policy.run('read', calls.step, { signal })), reason);
    assert.equal(calls.count(), 0);
  });

  it("rejects at once with the caller's reason, tells the step, and opens nothing", async (t) => {
    const { policy, breaker } = setUp(t);
    const controller = new AbortController();
    const reason = outage('the caller has had enough');
    let seen: AbortSignal | undefined;
    const step: Step = (signal) => never((seen = signal));
    const call = caught(policy.run('read', step, { signal: controller.signal }));
    await settled();
    controller.abort(reason);
    assert.equal(await call, reason);
    assert.equal(seen?.reason, reason);
    assert.equal(breaker.openState(), undefined);
  });

  it('is not made again, also where it is broken off between two tries', async (t) => {
    const { policy, breaker, time } = setUp(t);
    const controller = new AbortController();
    const reason = new Error('enough');
    const calls = counting(() => Promise.reject(outage()));
    const call = caught(policy.run('read', calls.step, { signal: controller.signal }));
    await time.pass(10);
    controller.abort(reason);
    assert.equal(await call, reason);
    await time.pass(60_000);
    assert.equal(calls.count(), 1);
    assert.equal(breaker.openState(), undefined);
  });
});

describe('the budget of a run', () => {
  it('cuts a deadline short, and then refuses without a call', async (t) => {
    const { policy, budget, time } = setUp(t, { budgetMs: 3000, firstPauseMs: 1 });
    const calls = counting(never);
    const first = caught(policy.run('read', calls.step));
    await time.pass(2000);
    await first;
    assert.equal(budget.remainingMs(), 1000);
    await time.pass(500);
    const second = caught(policy.run('read', calls.step));
    await time.pass(999);
    assert.equal(await stateOf(second), 'pending');
    await time.pass(1);
    assert.match(String(await second), /within 1000 ms/);
    await time.pass(60_000);
    const third = await caught(policy.run('read', calls.step));
    assert.ok(isOutage(third));
    assert.match(String(third), /this run has waited 3000 ms in all/);
    assert.equal(calls.count(), 2);
  });

  it('is one for all tiers, and counts waits that overlap once', async (t) => {
    const time = new ManualTime(t);
    const budget = new WaitingBudget(3000, time);
    const policies = ['one', 'two'].map((name) => policyOf(time, budget, { name }).policy);
    const answers: (() => void)[] = [];
    const slow: Step = () => new Promise((resolve) => answers.push(() => resolve('answer')));
    const calls = policies.map((policy) => policy.run('read', slow));
    await time.pass(1000);
    answers.shift()!();
    await time.pass(500);
    answers.shift()!();
    assert.deepEqual(await Promise.all(calls), ['answer', 'answer']);
    assert.equal(budget.remainingMs(), 1500);
    await time.pass(10_000);
    assert.equal(budget.remainingMs(), 1500, 'between calls nobody waits');
  });

  it('counts what is being waited for, also for a call that begins meanwhile', async (t) => {
    const { policy, budget, time } = setUp(t, { deadlineMs: 60_000 });
    const first = caught(policy.run('read', never));
    await time.pass(2500);
    assert.equal(budget.remainingMs(), 500);
    const second = caught(policy.run('read', never));
    await time.pass(500);
    assert.match(String(await first), /within 3000 ms/);
    assert.match(String(await second), /within 500 ms/);
    assert.equal(budget.remainingMs(), 0);
  });

  it('counts the pause before another try', async (t) => {
    const { policy, budget, time } = setUp(t);
    const steps = [() => Promise.reject(outage()), answer];
    const call = policy.run('read', (signal) => steps.shift()!(signal));
    await time.pass(100);
    await call;
    assert.equal(budget.remainingMs(), 2900);
  });

  it('gets nothing back from a clock that was put back', async (t) => {
    const { policy, budget, time } = setUp(t);
    const answers: (() => void)[] = [];
    const call = policy.run('read', () => new Promise((resolve) => answers.push(() => resolve('x'))));
    await time.pass(1000);
    time.putBack(3_600_000);
    assert.equal(budget.remainingMs(), 3000);
    answers[0]!();
    await call;
    assert.equal(budget.remainingMs(), 3000);
  });

  it('is without end for a process that nobody waits for', async (t) => {
    const { policy, time } = setUp(t, { budgetMs: Infinity, deadlineMs: Infinity });
    const answers: (() => void)[] = [];
    const call = policy.run('read', () => new Promise((resolve) => answers.push(() => resolve('x'))));
    await time.pass(10 * 3_600_000);
    answers[0]!();
    assert.equal(await call, 'x');
  });
});

describe('the breaker of a resilient policy', () => {
  it('refuses without a call after one that failed, and says because of what', async (t) => {
    const { policy, breaker, time } = setUp(t);
    await failedCall(policy, time, 'connection refused');
    assert.equal(breaker.openState()?.reason, 'connection refused');
    const calls = counting(answer);
    const error = await caught(policy.run('read', calls.step));
    assert.ok(isOutage(error));
    assert.match(String(error), /the remote is left alone for a while, because of: connection refused/);
    assert.equal(calls.count(), 0);
  });

  it('is not opened further by refusals', async (t) => {
    const { policy, breaker, time } = setUp(t);
    await failedCall(policy, time);
    const before = breaker.openState();
    await time.pass(5000);
    await caught(policy.run('read', answer));
    assert.deepEqual(breaker.openState(), before);
  });

  it('lets a call try when its pause is over, and closes where that is answered', async (t) => {
    const { policy, memory, time } = setUp(t);
    await failedCall(policy, time);
    await time.pass(10_000);
    assert.equal(await policy.run('read', answer), 'answer');
    assert.equal(memory.state, undefined);
    assert.equal(await policy.run('read', answer), 'answer');
  });
});

interface SetUp extends Partial<ResilientPolicyOptions> {
  readonly budgetMs?: number;
  readonly firstPauseMs?: number;
}

function setUp(t: TestContext, { budgetMs = 3000, ...options }: SetUp = {}) {
  const time = new ManualTime(t);
  const budget = new WaitingBudget(budgetMs, time);
  return { time, budget, ...policyOf(time, budget, options) };
}

function policyOf(time: ManualTime, budget: WaitingBudget, { firstPauseMs = 10_000, ...options }: SetUp) {
  const memory: { state: BreakerState | undefined } = { state: undefined };
  const breaker = new CircuitBreaker({
    memory: { read: () => memory.state, write: (state) => (memory.state = state) },
    firstPauseMs,
    clock: time,
  });
  const policy = new ResilientPolicy({ name: 'the remote', breaker, budget, random: () => 1, ...options });
  return { memory, breaker, policy };
}

function counting(step: Step): { readonly step: Step; readonly count: () => number } {
  let count = 0;
  return {
    step: (signal) => {
      count += 1;
      return step(signal);
    },
    count: () => count,
  };
}

/** Fails twice: the retry as well. */
async function failedCall(policy: ResilientPolicy, time: ManualTime, message?: string): Promise<void> {
  const call = caught(policy.run('read', () => Promise.reject(outage(message))));
  await time.pass(100);
  assert.ok(isOutage(await call));
}

/** What it rejects with. */
async function caught(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => assert.fail('it should have rejected'),
    (error: unknown) => error,
  );
}

async function stateOf(call: Promise<unknown>): Promise<'pending' | 'settled'> {
  const settledState = call.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  return await Promise.race([settledState, settled().then(() => 'pending' as const)]);
}
