import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '@cleanmiss/core';
import { DigestSet } from '../src/digest-set.js';
import { UseOrder } from '../src/use-order.js';

const digests = Array.from({ length: 10_000 }, (_, i) => digestOf(Buffer.from(`digest ${i}`)));
const zero = '0'.repeat(64);
const one = `${'0'.repeat(63)}1`;

describe('a set of digests', () => {
  for (const words of [2, 8]) {
    it(`that keeps ${words} words has what was added, and nothing else`, () => {
      const set = new DigestSet({ words });
      const [added, others] = [digests.slice(0, 5000), digests.slice(5000)];
      assert.ok(added.every((digest) => set.add(digest)));
      assert.ok(added.every((digest) => set.has(digest) && !set.add(digest)));
      assert.ok(others.every((digest) => !set.has(digest)));
    });

    it(`that keeps ${words} words takes no more than 12 bytes a word`, () => {
      const set = setOf(digests, words);
      assert.ok(set.byteLength / digests.length <= 12 * words, `${set.byteLength} bytes`);
    });

    it(`that keeps ${words} words takes in another of its kind`, () => {
      const set = setOf([zero, ...digests.slice(0, 2)], words);
      const all = setOf(digests.slice(1, 3), words);
      all.addAll(set);
      assert.ok([zero, ...digests.slice(0, 3)].every((digest) => all.has(digest)));
      assert.ok(!all.has(digests[3]!));
    });
  }

  it('has the digest that is all zeros only once it was added', () => {
    const set = new DigestSet({ words: 8 });
    assert.equal(set.has(zero), false);
    assert.deepEqual([set.add(zero), set.add(zero)], [true, false]);
    assert.deepEqual([set.has(zero), set.has(one)], [true, false]);
  });

  it('takes digests for one that differ behind the words that it keeps, and never where it keeps all', () => {
    assert.equal(setOf([one], 2).has(zero), true);
    assert.equal(setOf([one], 8).has(zero), false);
  });
});

describe('an order of use', () => {
  it('begins with what was used last', () => {
    const order = new UseOrder();
    for (const [i, digest] of digests.entries()) order.add(digest, (i * 7919) % digests.length);
    const uses = [...order.latestFirst()];
    assert.deepEqual(
      uses.map(({ timeMs }) => timeMs),
      digests.map((_, i) => digests.length - 1 - i),
    );
    assert.equal(new Set(uses.map(({ name }) => name)).size, digests.length);
    assert.ok(uses.every(({ name, timeMs }) => digests[(timeMs * inverse) % digests.length] === name));
  });
});

/** 7919 * inverse = 1 modulo 10000. */
const inverse = 7679;

function setOf(members: readonly string[], words: number): DigestSet {
  const set = new DigestSet({ words });
  for (const member of members) set.add(member);
  return set;
}
