import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  joinOrigins,
  joinRecords,
  originsToJson,
  parseOrigins,
  MemoryBlobStore,
  MemoryMetaStore,
  originsOf,
  emptyRecord,
  isSameRevocation,
  maxRevocations,
  parseRecord,
  RevocableCache,
  RevocationList,
  revocationIdOf,
  revocationsKey,
  recordToJson,
  revokes,
  saidIn,
  saysAllOf,
  StoredCache,
  type Cache,
  type CacheEvent,
  type Judged,
  type Json,
  type JsonObject,
  type KeyHash,
  type Revocation,
  type RevocationRecord,
} from '../src/index.js';

const made: Judged = {
  hands: [
    { writer: 'laptop', first: 10, last: 20 },
    { writer: 'ci', key: 'k1', first: 30, last: 40 },
  ],
  attributes: { checkerVersion: '1.0.1' },
};

describe('a revocation', () => {
  it('takes nothing away where it has no condition but an end', () => {
    assert.equal(revokes({}, made), false);
    assert.equal(revokes({ until: 100 }, made), false);
    assert.equal(revokes({ why: 'a mistake' }, made), false);
  });

  it('takes away what meets all of its conditions, by any hand in it', () => {
    const cases: readonly (readonly [Revocation, boolean])[] = [
      [{ writer: 'laptop' }, true],
      [{ writer: 'lap' }, false],
      [{ key: 'k1' }, true],
      [{ key: 'k2' }, false],
      [{ writer: 'laptop', key: 'k1' }, false],
      [{ since: 40 }, true],
      [{ since: 41 }, false],
      [{ since: 0, until: 9 }, false],
      [{ since: 0, until: 10 }, true],
      [{ writer: 'laptop', since: 21 }, false],
      [{ writer: 'laptop', since: 15, until: 15 }, true],
      [{ attributes: { checkerVersion: '1.0.1' } }, true],
      [{ attributes: { checkerVersion: '1.0.10' } }, false],
      [{ attributes: { constructor: 'x' } }, false],
      [{ writer: 'ci', attributes: { checkerVersion: '1.0.1' } }, true],
    ];
    for (const [revocation, expected] of cases)
      assert.equal(revokes(revocation, made), expected, JSON.stringify(revocation));
  });

  it('is read back as it was written, and what is none is passed over', () => {
    const all = [
      { writer: 'a', since: 1 },
      { key: 'k', why: 'leaked' },
      { attributes: { checkerVersion: '1' } },
    ];
    assert.deepEqual(parseRecord(recordToJson(record(all))), record(all));
    const none: readonly Json[] = [null, 1, 'x', [], { writer: 1 }, { since: '1' }, { attributes: { a: 1 } }];
    const undone = [null, 1, 'x', '../../etc/passwd'];
    assert.deepEqual(parseRecord({ revocations: none, undone }), emptyRecord);
    for (const odd of [null, {}, 'x', 1])
      assert.deepEqual(parseRecord({ revocations: odd, undone: odd }), emptyRecord);
    assert.deepEqual(parseRecord({}), emptyRecord);
  });

  it('by a time that is no date, or too long, is none, and keeps no other from being one', () => {
    const odd: readonly Json[] = [
      ...[1e300, -1e300, 0.5, 8.64e15 + 1].flatMap((time) => [{ since: time }, { until: time, writer: 'a' }]),
      { writer: 'a', at: 1e300 },
      { writer: 'a', why: 'x'.repeat(2000) },
    ];
    const good = [{ since: 8.64e15 }, { writer: 'a', until: -8.64e15 }];
    assert.deepEqual(parseRecord({ revocations: [...odd, ...good] }), record(good));
  });

  it('with a condition that this version does not know revokes too much, not too little', () => {
    const { revocations } = parseRecord({ revocations: [{ writer: 'ci', onlyOnTuesdays: true }] });
    assert.ok(revokes(revocations[0]!, made));
  });

  it('is the same as another one by what it revokes and when that was said, and not by why', () => {
    assert.equal(revocationIdOf({ writer: 'a', why: 'x' }), revocationIdOf({ writer: 'a' }));
    assert.notEqual(revocationIdOf({ writer: 'a' }), revocationIdOf({ key: 'a' }));
    assert.notEqual(revocationIdOf({ writer: 'a', at: 1 }), revocationIdOf({ writer: 'a', at: 2 }));
    assert.ok(isSameRevocation({ writer: 'a', at: 1 }, { writer: 'a', at: 2, why: 'x' }));
  });
});

function record(revocations: readonly Revocation[], ...undone: readonly Revocation[]): RevocationRecord {
  return { revocations, undone: undone.map(revocationIdOf) };
}

describe('two records of what is revoked', () => {
  const [a, b, c] = [{ writer: 'a' }, { writer: 'b' }, { writer: 'c' }] as const;
  const namesIn = ({ revocations }: RevocationRecord) => revocations.map(({ writer }) => writer).sort();

  it('say together what each says, and not what either has undone, in any order and twice', () => {
    const [one, other] = [record([a, c]), record([b], c)];
    for (const joined of [
      joinRecords(one, other),
      joinRecords(other, one),
      joinRecords(joinRecords(other, one), one),
    ]) {
      assert.deepEqual(namesIn(joined), ['a', 'b']);
      assert.deepEqual(joined.undone, [revocationIdOf(c)]);
    }
  });

  it('are found to say the same or not', () => {
    assert.ok(saysAllOf(record([a, b], c), record([a, c])));
    assert.ok(!saysAllOf(record([a]), record([a, b])));
    assert.ok(!saysAllOf(record([a, c]), record([a], c)), 'that it is undone is news');
  });

  it('stay bounded, however much somebody says', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ writer: `w${i}` }));
    const undone = many.map(({ writer }) => revocationIdOf({ writer: `${writer}!` }));
    const read = parseRecord({ revocations: many, undone });
    assert.deepEqual([read.revocations.length, read.undone.length], [maxRevocations, maxRevocations]);
    const joined = joinRecords(record([a], b), read);
    assert.deepEqual([joined.revocations.length, joined.undone.length], [maxRevocations, maxRevocations]);
    assert.deepEqual(joined.revocations[0], a, 'what is said first stays');
    const same = parseRecord({ revocations: many.map(() => a) });
    assert.deepEqual(same.revocations, [a]);
  });
});

describe('a list of what is revoked', () => {
  it('forgets nothing because a tier says less, but for what was undone', () => {
    const list = new RevocationList();
    const key = 'poison';
    const entry: Judged = { hands: [{ writer: 'a', first: 1, last: 1 }], attributes: { key } };
    assert.ok(list.learn('here', record([{ writer: 'a' }])));
    assert.ok(!list.learn('here', emptyRecord));
    assert.ok(!list.learn('here', record([{ writer: 'a' }])));
    assert.ok(list.revokes(entry));
    assert.ok(list.learn('here', record([], { writer: 'a' })));
    assert.ok(!list.revokes(entry));
    assert.ok(list.isEmpty);
    assert.ok(!list.learn('here', record([{ writer: 'a' }])), 'an old record, put again');
    assert.ok(list.isEmpty);
  });

  it('says last who was heard last', () => {
    const list = new RevocationList();
    for (const [i, tier] of ['a', 'b', 'a'].entries()) list.learn(tier, record([{ writer: `${i}` }]));
    assert.deepEqual([...list.byTier().keys()], ['b', 'a']);
  });
});

describe('origins', () => {
  it('name each hand once, from its first time to its last, the latest at the end', () => {
    const joined = joinOrigins(
      [
        { writer: 'a', first: 5, last: 5 },
        { writer: 'b', first: 6, last: 6 },
      ],
      [
        { writer: 'a', first: 9, last: 9 },
        { writer: 'a', key: 'k', first: 1, last: 1 },
      ],
    );
    assert.deepEqual(joined, [
      { writer: 'a', key: 'k', first: 1, last: 1 },
      { writer: 'b', first: 6, last: 6 },
      { writer: 'a', first: 5, last: 9 },
    ]);
  });

  it('stay bounded, and the oldest become one that stands for many', () => {
    const all = Array.from({ length: 1000 }, (_, i) => ({ writer: `w${i}`, first: i, last: i }));
    const joined = joinOrigins(all);
    assert.equal(joined.length, 64);
    assert.deepEqual(joined[0], { writer: 'many', many: true, first: 0, last: 936 });
    assert.equal(joined.at(-1)!.writer, 'w999');
    assert.equal(joinOrigins(joined, [{ writer: 'x', first: 1000, last: 1000 }]).length, 64);
    assert.deepEqual(parseOrigins(originsToJson(joined)), joined);
  });

  it('that stand for many are revoked with each of them: nobody is crowded out', () => {
    const invented = Array.from({ length: 64 }, (_, i) => ({ writer: `w${i}`, first: 8e15, last: 8e15 }));
    const hands = joinOrigins(invented, [{ writer: 'intruder', key: 'k1', first: 5, last: 5 }]);
    assert.ok(!hands.some(({ writer }) => writer === 'intruder'));
    for (const revocation of [
      { writer: 'intruder' },
      { key: 'k1' },
      { writer: 'intruder', since: 4, until: 6 },
    ])
      assert.ok(revokes(revocation, { hands, attributes: {} }), JSON.stringify(revocation));
    assert.ok(!revokes({ since: 0, until: 4 }, { hands, attributes: {} }));
  });

  it('have times that there are', () => {
    for (const last of [1e300, Infinity, Number.NaN, -1e300, '5'])
      assert.equal(parseOrigins([{ writer: 'a', first: 1, last }]), undefined);
  });
});

/** A tier in memory, with what is revoked in it. */
function tier(writer: string, counted: string[] = []): Cache {
  const metas = new MemoryMetaStore();
  const cache = new StoredCache({ blobs: new MemoryBlobStore(), metas, writer, clock: { now: () => 100 } });
  const getMany = metas.getMany.bind(metas);
  metas.getMany = (keys: readonly KeyHash[]) => {
    counted.push(`${keys.length} keys`);
    return getMany(keys);
  };
  return cache;
}

const poison = { key: 'poison', blobs: { data: Buffer.from('x') } };

describe('a record that was signed with a revoked key', () => {
  it('takes nothing back, and can say that more is revoked', () => {
    const attributes = { revocations: [{ writer: 'x' }], undone: ['0123456789ab'] };
    const signature = { key: 'stolen', value: '' };
    assert.deepEqual(saidIn({ attributes, signature }, [{ key: 'stolen' }]), { ...attributes, undone: [] });
    assert.deepEqual(saidIn({ attributes, signature }, [{ key: 'other' }]), attributes);
    assert.deepEqual(saidIn({ attributes }, [{ writer: 'y' }]), attributes);
  });
});

describe('a cache in which something is revoked', () => {
  it('is not deceived by who crowds his name out with others, in what he wrote or in what is made of it', async () => {
    const inner = tier('intruder');
    const origins = Array.from({ length: 64 }, (_, i) => ({ writer: `w${i}`, first: 8e15, last: 8e15 }));
    await inner.put({ ...poison, origins });
    const found = await inner.get('poison');
    assert.ok(found.hit);
    await inner.put({ key: 'derived', blobs: {}, origins: originsOf(found.meta) });
    const list = new RevocationList();
    list.learn('here', { revocations: [{ writer: 'intruder' }], undone: [] });
    const cache = new RevocableCache(inner, { list });
    for (const key of ['poison', 'derived'])
      assert.deepEqual(await cache.get(key), { hit: false, reason: 'untrusted' });
  });

  it('answers it as untrusted, in every way of asking, and tells of it', async () => {
    const inner = tier('intruder');
    await inner.put(poison);
    await inner.put({ key: 'derived', blobs: {}, origins: [{ writer: 'intruder', first: 1, last: 1 }] });
    await inner.put({ key: 'good', blobs: {}, written: { writer: 'ci', time: 5 } });
    const list = new RevocationList();
    list.learn('here', record([{ writer: 'intruder' }]));
    const events: CacheEvent[] = [];
    const cache = new RevocableCache(inner, { list, events: (event) => events.push(event) });
    const untrusted = { hit: false, reason: 'untrusted' };
    assert.deepEqual(await cache.get('poison'), untrusted);
    const results = await cache.getMany(['poison', 'derived', 'good', 'none']);
    assert.deepEqual(results.slice(0, 2), [untrusted, untrusted]);
    assert.ok(results[2]!.hit);
    assert.deepEqual(results[3], { hit: false, reason: 'absent' });
    assert.deepEqual((await cache.getMetas(['poison']))[0], untrusted);
    assert.equal(events.filter((event) => event.type === 'untrusted' && event.why === 'revoked').length, 4);
  });

  it('hears of it in the batch of what is asked first, at no round trip of its own', async () => {
    const counted: string[] = [];
    const inner = tier('intruder', counted);
    await inner.put(poison);
    await inner.put({
      key: revocationsKey,
      blobs: {},
      attributes: recordToJson(record([{ writer: 'intruder' }])),
    });
    const list = new RevocationList();
    const learn = (attributes: JsonObject = {}) => {
      list.learn('here', parseRecord(attributes));
    };
    const cache = new RevocableCache(inner, { list, learn });
    assert.deepEqual(await cache.getMetas(['poison']), [{ hit: false, reason: 'untrusted' }]);
    await cache.getMetas(['poison']);
    assert.deepEqual(counted, ['2 keys', '1 keys']);
    assert.ok(
      (await cache.getMetas([revocationsKey]))[0]!.hit,
      'whoever was revoked may have revoked something',
    );
  });

  it('asks once more after 10 minutes, for a process that lives for days', async () => {
    const counted: string[] = [];
    const clock = { time: 1e12, now: () => clock.time };
    const learn = () => {};
    const cache = new RevocableCache(tier('ci', counted), { list: new RevocationList(), learn, clock });
    for (const minutes of [0, 9, 2, 0, -60]) {
      clock.time += minutes * 60_000;
      await cache.getMetas(['a']);
    }
    assert.deepEqual(counted, ['2 keys', '1 keys', '2 keys', '1 keys', '2 keys']);
  });

  it('asks once more where it was not told', async () => {
    const inner = tier('ci');
    const down = { hit: false, reason: 'unavailable' } as const;
    const [told, answers] = [
      [] as unknown[],
      [
        [down, down],
        [down, { hit: false, reason: 'absent' } as const],
      ],
    ];
    const failing: Cache = Object.assign(Object.create(inner) as Cache, {
      getMetas: (keys: readonly Json[]) => Promise.resolve(keys.length === 2 ? answers.shift()! : [down]),
    });
    const cache = new RevocableCache(failing, {
      list: new RevocationList(),
      learn: (said) => void told.push(said),
    });
    for (let i = 0; i < 3; i++) await cache.getMetas(['a']);
    assert.deepEqual(told, [undefined]);
  });

  it('says of a meta, and of what is made from it, who had a hand in it', async () => {
    const cache = tier('ci');
    await cache.put({ key: 'a', blobs: {}, origins: [{ writer: 'laptop', first: 1, last: 2 }] });
    const [found] = await cache.getMetas(['a']);
    assert.ok(found?.hit);
    assert.deepEqual(originsOf(found.meta), [
      { writer: 'laptop', first: 1, last: 2 },
      { writer: 'ci', first: 100, last: 100 },
    ]);
  });
});
