import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { CircuitBreaker, type BreakerState } from '@cleanmiss/core';
import { FsBreakerMemory, type FileSystem } from '@cleanmiss/fs-backend';
import { systemError, temporaryDirectory } from './support/store-fixture.js';

const state: BreakerState = { failures: 3, openUntil: 1_700_000_000_000, reason: 'connection refused' };

describe("a breaker's memory in a file", () => {
  it('forgets where the file is no state', (t) => {
    const path = newPath(t);
    new FsBreakerMemory({ path }).write(state);
    const good = readFileSync(path, 'utf8');
    const garbage = [
      ...['', '{', 'null', '[]', '7', '{}', '\0\0\0', '{"failures":1}', good.slice(0, -1), `${good}}`],
      JSON.stringify({ ...state, openUntil: '1700000000000' }),
      JSON.stringify({ ...state, failures: null }),
      JSON.stringify({ ...state, reason: 7 }),
      JSON.stringify({ ...state, reason: 'x'.repeat(10_000) }),
    ];
    for (const text of garbage) {
      writeFileSync(path, text);
      assert.equal(new FsBreakerMemory({ path }).read(), undefined, text.slice(0, 40));
    }
    new FsBreakerMemory({ path }).write(state);
    assert.deepEqual(new FsBreakerMemory({ path }).read(), state);
  });

  it('leaves no tier alone for ever, whatever numbers stand in the file', (t) => {
    const path = newPath(t);
    mkdirSync(dirname(path));
    for (const numbers of [
      { failures: 1e308, openUntil: 1e308 },
      { failures: -5, openUntil: -1e308 },
      { failures: 1.5, openUntil: 8.64e15 },
      { failures: -48.5, openUntil: 0 },
    ]) {
      writeFileSync(path, JSON.stringify({ ...state, ...numbers }));
      const time = { now: 1_700_000_000_000 };
      const breaker = new CircuitBreaker({
        memory: new FsBreakerMemory({ path }),
        clock: { now: () => time.now },
      });
      assert.equal(breaker.openState(), undefined);
      breaker.failed('refused');
      assert.ok(breaker.openState());
      time.now += 300_000;
      assert.equal(breaker.openState(), undefined);
    }
  });

  it('forgets where something else stands in its place, and does not throw', (t) => {
    const path = newPath(t);
    mkdirSync(path, { recursive: true });
    const memory = new FsBreakerMemory({ path });
    memory.write(state);
    assert.equal(memory.read(), undefined);
    memory.write(undefined);
    assert.ok(statSync(path).isDirectory());
  });

  it('does not follow a link: it was planted', (t) => {
    const path = newPath(t);
    mkdirSync(dirname(path));
    const target = join(dirname(path), 'target');
    writeFileSync(target, JSON.stringify(state));
    symlinkSync(target, path);
    const memory = new FsBreakerMemory({ path });
    assert.equal(memory.read(), undefined);
    memory.write({ ...state, reason: 'another' });
    assert.deepEqual(memory.read(), { ...state, reason: 'another' });
    assert.equal(readFileSync(target, 'utf8'), JSON.stringify(state));
  });

  it('forgets in a folder that cannot be written, and a breaker remembers by itself', (t) => {
    for (const call of ['mkdirSync', 'openSync', 'renameSync'] as const) {
      const path = newPath(t);
      const fail = () => {
        throw systemError('EROFS', call);
      };
      const fs: FileSystem = { ...nodeFs, [call]: fail };
      const memory = new FsBreakerMemory({ path, fs });
      const breaker = new CircuitBreaker({ memory });
      breaker.failed('refused');
      assert.equal(breaker.openState()?.reason, 'refused', call);
      assert.equal(memory.read(), undefined);
      breaker.succeeded();
      assert.equal(breaker.openState(), undefined);
    }
  });

  it('forgets where a part of the path is a file', (t) => {
    const path = newPath(t);
    writeFileSync(dirname(path), 'not a folder');
    const memory = new FsBreakerMemory({ path });
    memory.write(state);
    assert.equal(memory.read(), undefined);
    memory.write(undefined);
  });

  it('does not hide a bug', (t) => {
    const bug = new TypeError('a bug');
    const openSync = () => {
      throw bug;
    };
    const memory = new FsBreakerMemory({ path: newPath(t), fs: { ...nodeFs, openSync } });
    assert.throws(() => memory.read(), bug);
  });

  it('is seen by every other of the same path, until one of them ends the outage', (t) => {
    const path = newPath(t);
    const [mine, theirs] = [new FsBreakerMemory({ path }), new FsBreakerMemory({ path })];
    assert.equal(mine.read(), undefined);
    mine.write(state);
    assert.deepEqual(theirs.read(), state);
    theirs.write({ ...state, failures: 4 });
    assert.deepEqual(mine.read(), { ...state, failures: 4 });
    theirs.write(undefined);
    assert.equal(mine.read(), undefined);
    assert.equal(existsSync(path), false);
    theirs.write(undefined);
    assert.deepEqual(readdirSync(dirname(path)), [], 'nothing is left beside it');
  });

  it('keeps the beginning of a long reason, in any script', (t) => {
    const path = newPath(t);
    for (const reason of ['x', '\0', '漢', '😀'].map((text) => text.repeat(5000))) {
      new FsBreakerMemory({ path }).write({ ...state, reason });
      const read = new FsBreakerMemory({ path }).read();
      assert.equal(read?.failures, 3);
      assert.ok(reason.startsWith(read.reason) && read.reason.length >= 100);
    }
  });

  it('lets two breakers know of the same outage, and doubles the pause of the first', (t) => {
    const path = newPath(t);
    const time = { now: 1_700_000_000_000 };
    const breaker = () =>
      new CircuitBreaker({ memory: new FsBreakerMemory({ path }), clock: { now: () => time.now } });
    breaker().failed('refused');
    assert.equal(breaker().openState()?.reason, 'refused');
    time.now += 10_000;
    const next = breaker();
    next.failed('refused again');
    assert.equal(breaker().openState()?.openUntil, time.now + 20_000);
    time.now += 20_000;
    breaker().succeeded();
    assert.equal(breaker().openState(), undefined);
    assert.equal(existsSync(path), false);
  });
});

/** In a folder that is not there yet. */
function newPath(t: TestContext): string {
  return join(temporaryDirectory(t), 'state', 'breaker.json');
}
