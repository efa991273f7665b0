import assert from 'node:assert/strict';
import { canonicalJson, keyHashOf, type Digest, type KeyHash } from '@cleanmiss/core';
import { isValue, type Aside, type Disk, type KeyState } from './disk.js';
import { expectedOf, orderedKeysOf, type Expected } from './expectation.js';
import type { Answer, Operation } from './operations.js';
import { closureOf, contentsOf, type Universe, type ValueText } from './universe.js';

/** What was there before an operation, and what there is after it. */
export interface Change {
  readonly before: Disk;
  readonly after: Disk;
  readonly now: number;
  readonly universe: Universe;
}

/** Alone and to its end, an operation does what it says and nothing else. */
export function judgeDone(operation: Operation, answer: Answer, change: Change): void {
  const expected = expectedOf(operation, change.before, change.now, change.universe);
  assert.deepEqual(answer, expected.answer, 'the answer');
  assert.deepEqual(shown(change.after), shown(expected.disk));
}

/** Killed on its way: each file is as it was, or as it would have become. */
export function judgeKilled(operation: Operation, change: Change): void {
  const { before, now, universe } = change;
  const { disk } = expectedOf(operation, before, now, universe);
  const inHand = operation.op === 'gc' ? withCorruptKeysInHand(before, before) : [];
  expectOneOf([before, disk, ...inHand], change);
  expectFewTemporaries(change, 1);
  expectNothingNewDangling(change);
  for (const [leader, follower] of orderedKeysOf(operation, universe)) {
    const isNew = (hash: KeyHash) => text(change.after.keys.get(hash)) === text(disk.keys.get(hash));
    const wasNew = text(before.keys.get(follower)) === text(disk.keys.get(follower));
    if (!wasNew && isNew(follower)) assert.ok(isNew(leader), 'what comes after another is there without it');
  }
}

export interface Answered {
  readonly operation: Operation;
  /** `undefined`: it was killed. */
  readonly answer: Answer | undefined;
}

/**
 * One operation while another was under way: as if either had come first, or as if a collection had passed by what the other
 * worked on. Where the answers tell which it was, then as in that case.
 */
export function judgeMeanwhile(outer: Answered, inner: Answered, change: Change): void {
  const cases = casesOf(outer.operation, inner.operation, change);
  const fitting = cases.filter((each) => fits(outer, each.outer) && fits(inner, each.inner));
  if (fitting.length === 0) {
    const disks = [change.before, ...cases.map(({ disk }) => disk)];
    for (const each of [outer, inner]) expectExact(each, disks, change);
  }
  const possible = (fitting.length > 0 ? fitting : cases).map(({ disk }) => disk);
  const wasKilled = outer.answer === undefined;
  // Maybe before it had done anything; and who reads may have missed what it had in hand.
  if (wasKilled) possible.push(expectedOf(inner.operation, change.before, change.now, change.universe).disk);
  if (wasKilled && !['put', 'delete', 'publish', 'gc'].includes(inner.operation.op))
    possible.push(change.before);
  const collections = [outer, inner].filter(({ operation }) => operation.op === 'gc');
  // What one has in hand, the other still takes for used.
  if (collections.length === 2) possible.push(change.before);
  if (collections.length > 0)
    possible.push(...possible.flatMap((disk) => withCorruptKeysInHand(disk, change.before)));
  expectOneOf(possible, change, wasKilled);
  expectFewTemporaries(change, wasKilled ? 1 : 0);
  expectNothingNewDangling(change);
}

interface Case {
  readonly disk: Disk;
  /** `undefined`: there is none to compare with. */
  readonly outer: Answer | undefined;
  readonly inner: Answer | undefined;
}

function casesOf(outer: Operation, inner: Operation, { before, now, universe }: Change): readonly Case[] {
  const after = (operation: Operation, disk: Disk) => expectedOf(operation, disk, now, universe);
  const [outerAlone, innerAlone] = [after(outer, before), after(inner, before)];
  const [innerLast, outerLast] = [after(inner, outerAlone.disk), after(outer, innerAlone.disk)];
  const answers = (one: Expected, other: Expected) => ({
    outer: told(outer, one.answer),
    inner: told(inner, other.answer),
  });
  const cases = [
    { disk: innerLast.disk, ...answers(outerAlone, innerLast) },
    { disk: outerLast.disk, ...answers(outerLast, innerAlone) },
  ];
  if (outer.op === 'gc') cases.push({ disk: innerAlone.disk, ...answers(outerAlone, innerAlone) });
  if (inner.op === 'gc') cases.push({ disk: outerAlone.disk, ...answers(outerAlone, innerAlone) });
  return cases;
}

/** Counts tell nothing that is certain while another is at work. */
function told({ op }: Operation, answer: Answer): Answer | undefined {
  return ['get', 'getMetas', 'restore', 'announce'].includes(op) ? answer : undefined;
}

function fits({ operation, answer }: Answered, expected: Answer | undefined): boolean {
  if (answer === undefined || expected === undefined) return true;
  // Of the steps of a restore, any may have missed.
  if (operation.op === 'restore' && typeof answer === 'string') return true;
  return canonicalJson(answer) === canonicalJson(expected);
}

/** It has seen some things before and some after the other: each of them is exact, or a miss. */
function expectExact({ operation, answer }: Answered, disks: readonly Disk[], { universe }: Change): void {
  if (answer === undefined || typeof answer === 'string') return;
  if (operation.op === 'restore') {
    const isOf = ({ files }: Universe['states'][number]) =>
      Object.entries(answer as Readonly<Record<string, string>>).every(
        ([name, text]) => files[name] === text,
      );
    assert.ok(universe.states.some(isOf), 'what was restored is of one state');
  }
  if (operation.op !== 'get' && operation.op !== 'getMetas') return;
  for (const [i, found] of (answer as readonly (string | FoundValue)[]).entries()) {
    if (typeof found === 'string') continue;
    const hash = keyHashOf(universe.userKeys[operation.keys[i]!]!);
    assert.ok(
      disks.some(({ keys }) => keys.get(hash)?.state === found.value),
      'a value that was under that key',
    );
    if (operation.op === 'get') assert.deepEqual(found.blobs, contentsOf(found.value, universe));
  }
}

interface FoundValue {
  readonly value: ValueText;
  readonly blobs: Readonly<Record<string, string>>;
}

/** `loosely`: of what a killed one has in hand the other may have been told. */
function expectOneOf(possible: readonly Disk[], { before, after }: Change, loosely = false): void {
  const inHand = new Set<string>([...after.retired, ...after.rescuable].map(({ name }) => name));
  for (const part of ['keys', 'blobs'] as const) {
    const names = new Set<string>([...possible, after].flatMap((disk) => [...disk[part].keys()]));
    for (const name of names) {
      const itemOf = (disk: Disk) => text((disk[part] as ReadonlyMap<string, unknown>).get(name));
      const allowed = possible.map(itemOf);
      if (loosely && inHand.has(name)) allowed.push('absent');
      if (loosely && isLeftDamaged(name, possible, before)) allowed.push(itemOf(before));
      assert.ok(
        allowed.includes(itemOf(after)),
        `${name} is ${itemOf(after)}, and not one of\n${allowed.join('\n')}`,
      );
    }
  }
  for (const { of, name, item } of after.retired) {
    const states = [before, ...possible].flatMap(({ keys, blobs, retired }) => [
      of === 'key' ? keys.get(name)?.state : blobs.get(name)?.state,
      ...retired.flatMap((each) => (each.of === of && each.name === name ? [each.item.state] : [])),
    ]);
    assert.ok(states.includes(item.state), `${name} was retired, and was never like this`);
  }
}

/**
 * A collection takes the name of each corrupt meta, and only then looks how old it is: killed, it leaves it so, and to others it is
 * not there for a moment. What is there in its place, on the other hand, is there.
 */
function withCorruptKeysInHand(disk: Disk, before: Disk): readonly Disk[] {
  const corrupt = [...before.keys].filter(
    ([hash, { state }]) => state === 'meta-corrupt' && isNothing(disk.keys.get(hash)),
  );
  const others = [...disk.keys].filter(([hash]) => !corrupt.some(([each]) => each === hash));
  return [
    { ...disk, keys: new Map(others) },
    { ...disk, keys: new Map([...others, ...corrupt]) },
  ];
}

function isNothing(
  item: Disk['keys'] extends ReadonlyMap<KeyHash, infer Each> ? Each | undefined : never,
): boolean {
  return item === undefined || item.state === 'meta-corrupt';
}

/** Who was about to quarantine it was killed; unless it was repaired meanwhile. */
function isLeftDamaged(name: string, possible: readonly Disk[], before: Disk): boolean {
  const stateIn = (disk: Disk) => disk.blobs.get(name as Digest)?.state;
  return ![undefined, 'good'].includes(stateIn(before)) && !possible.some((disk) => stateIn(disk) === 'good');
}

function expectFewTemporaries({ before, after }: Change, more: number): void {
  assert.ok(after.temporaries.length <= before.temporaries.length + more, 'temporary files are left');
}

/** Whoever finds a meta finds the blobs that it names, unless they were damaged or missing before. */
function expectNothingNewDangling({ before, after, universe }: Change): void {
  const inHand = new Set<string>([...after.retired, ...after.rescuable].map(({ name }) => name));
  for (const [hash, { state }] of after.keys) {
    if (!isValue(state)) continue;
    const isNew = !wasThere(hash, state, before);
    // What an index blob lists is lost with it.
    for (const { digest } of closureOf(state, universe, (page) => before.blobs.get(page)?.state === 'good')) {
      const was = before.blobs.get(digest)?.state;
      // Whoever puts bytes repairs what is damaged; whoever finds it present, by its length, does not.
      const isStored = isNew && (was !== 'flipped' || isUsers(hash, universe));
      const mustBeThere = was === 'good' || isStored;
      if (mustBeThere && !inHand.has(digest)) expectGood(after, digest, hash);
    }
  }
}

/** Also under the name that a collection had given it. */
function wasThere(hash: KeyHash, state: KeyState, { keys, retired, rescuable }: Disk): boolean {
  const isIt = ({ name, item }: Aside) => name === hash && item.state === state;
  return keys.get(hash)?.state === state || [...retired, ...rescuable].some(isIt);
}

function isUsers(hash: KeyHash, { userKeys }: Universe): boolean {
  return userKeys.some((key) => keyHashOf(key) === hash);
}

function expectGood(disk: Disk, digest: Digest, hash: KeyHash): void {
  assert.equal(disk.blobs.get(digest)?.state, 'good', `${digest}, which ${hash} names`);
}

function shown({ keys, blobs, retired, rescuable, temporaries }: Disk) {
  const sorted = (items: Iterable<unknown>) => [...items].map(text).sort();
  return {
    keys: sorted(keys),
    blobs: sorted(blobs),
    // Without times: killed between the two, who puts a file back leaves one with two names.
    retired: sorted(retired.map(({ of, name, item }) => [of, name, item.state])),
    rescuable: sorted(rescuable.map(({ of, name, item }) => [of, name, item.state])),
    temporaries: sorted(temporaries),
  };
}

function text(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
