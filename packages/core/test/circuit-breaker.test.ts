import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CircuitBreaker, type BreakerMemory, type BreakerState } from '../src/index.js';

const firstPauseMs = 30_000;
const longestPauseMs = 300_000;

describe('a circuit breaker', () => {
  it('is open from the first failure until its pause is over', () => {
    const { breaker, time } = setUp();
    assert.equal(breaker.openState(), undefined);
    breaker.failed('refused');
    assert.deepEqual(breaker.openState(), { failures: 1, openUntil: firstPauseMs, reason: 'refused' });
    time.now = firstPauseMs - 1;
    assert.ok(breaker.openState());
    time.now = firstPauseMs;
    assert.equal(breaker.openState(), undefined);
  });

  it('doubles its pause with each failure after that, up to the longest', () => {
    const { breaker, time } = setUp();
    const pauses = Array.from({ length: 60 }, () => {
      breaker.failed('refused');
      const pause = breaker.openState()!.openUntil - time.now;
      time.now += pause;
      return pause;
    });
    assert.deepEqual(pauses.slice(0, 7), [30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
    assert.equal(pauses.at(-1), longestPauseMs);
  });

  it('takes calls that fail together for one outage', () => {
    const { breaker, memory } = setUp();
    breaker.failed('first');
    breaker.failed('second');
    assert.deepEqual(memory.state, { failures: 1, openUntil: firstPauseMs, reason: 'first' });
  });

  it('is open to a process that believed all was well, when another has found out otherwise', () => {
    const { breaker, memory } = setUp();
    assert.equal(breaker.openState(), undefined);
    memory.state = { failures: 1, openUntil: firstPauseMs, reason: 'found out elsewhere' };
    assert.equal(breaker.openState()?.reason, 'found out elsewhere');
  });

  it('starts anew after a success, with a short pause', () => {
    const { breaker, memory, time } = setUp();
    breaker.failed('refused');
    time.now = firstPauseMs;
    breaker.succeeded();
    assert.equal(memory.state, undefined);
    breaker.failed('refused again');
    assert.equal(breaker.openState()?.openUntil, time.now + firstPauseMs);
  });

  it('does not write where there is nothing to forget', () => {
    const { breaker, memory } = setUp();
    breaker.succeeded();
    breaker.succeeded();
    assert.equal(memory.writes, 0);
  });
});

describe('circuit breakers that share a memory', () => {
  it('share what the first has found out', () => {
    const { breaker, another } = setUp();
    breaker.failed('refused');
    assert.deepEqual(another().openState(), breaker.openState());
  });

  it('double the pause of one that came before', () => {
    const { breaker, another, time } = setUp();
    breaker.failed('refused');
    time.now = firstPauseMs;
    const next = another();
    next.failed('refused again');
    assert.equal(next.openState()?.openUntil, time.now + 2 * firstPauseMs);
  });

  it('do not make a pause a short one again because of what they knew long ago', () => {
    const { breaker, another, time, memory } = setUp();
    assert.equal(breaker.openState(), undefined, 'it has read the memory');
    for (let failure = 0; failure < 5; failure++) {
      another().failed('refused');
      time.now = memory.state!.openUntil;
    }
    breaker.failed('refused');
    assert.equal(memory.state?.failures, 6);
  });

  it('do not begin another pause where one has been begun meanwhile', () => {
    const { breaker, another, time, memory } = setUp();
    assert.equal(breaker.openState(), undefined, 'it has read the memory');
    another().failed('first');
    time.now = 1000;
    breaker.failed('second');
    assert.deepEqual(memory.state, { failures: 1, openUntil: firstPauseMs, reason: 'first' });
    assert.ok(breaker.openState());
  });

  it('all end an outage when one is answered', () => {
    const { breaker, another, time } = setUp();
    breaker.failed('refused');
    time.now = firstPauseMs;
    another().succeeded();
    assert.equal(another().openState(), undefined);
  });
});

describe('a circuit breaker that', () => {
  it('sees a clock that was put back leaves no tier alone for longer than its longest pause', () => {
    const { breaker, another, time } = setUp();
    time.now = 1e12;
    breaker.failed('refused');
    time.now -= 365 * 24 * 3_600_000;
    assert.equal(breaker.openState(), undefined);
    assert.equal(another().openState(), undefined);
    breaker.failed('refused again');
    assert.equal(breaker.openState()?.openUntil, time.now + 2 * firstPauseMs);
    time.now += 2 * firstPauseMs;
    assert.equal(breaker.openState(), undefined);
  });

  it('cannot write its memory remembers by itself', () => {
    const time = { now: 0 };
    const memory = { read: () => undefined, write: () => {} };
    const breaker = new CircuitBreaker({ memory, clock: { now: () => time.now } });
    breaker.failed('refused');
    assert.ok(breaker.openState());
    breaker.failed('of the same outage');
    assert.equal(breaker.openState()?.reason, 'refused');
    time.now = firstPauseMs;
    breaker.failed('refused again');
    assert.equal(breaker.openState()?.openUntil, time.now + 2 * firstPauseMs);
  });
});

function setUp() {
  const time = { now: 0 };
  const memory: BreakerMemory & { state: BreakerState | undefined; writes: number } = {
    state: undefined,
    writes: 0,
    read: () => memory.state,
    write: (state) => {
      memory.state = state;
      memory.writes += 1;
    },
  };
  const another = () => new CircuitBreaker({ memory, clock: { now: () => time.now } });
  return { time, memory, another, breaker: another() };
}
