import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CacheError } from '@cleanmiss/core';
import { openRedisStore, parseRedisUrl, redactedUrl } from '@cleanmiss/redis-backend';

const secret = 'hunter2';

const refused = {
  'no scheme': `host:6379/${secret}`,
  'a scheme that is none': `postgres://me:${secret}@host`,
  'no host': `redis://me:${secret}@`,
  'a port that is none': `redis://me:${secret}@host:port`,
  'a port that is too large': `redis://me:${secret}@host:65536`,
  'port 0': `redis://me:${secret}@host:0`,
  'a password with a slash': `redis://me:${secret}/more@host`,
  'a password with a question mark': `redis://me:${secret}?more@host`,
  'a password with a hash': `redis://me:${secret}#more@host`,
  'a password with a percent sign': `redis://me:${secret}%zz@host`,
  'a database that is none': `redis://me:${secret}@host/${secret}`,
  'a database as an option of a single server': `redis://me:${secret}@host?db=1`,
  'several hosts of a single server': `redis://me:${secret}@one,two`,
  'an empty host among others': `redis+cluster://me:${secret}@one,,two`,
  'an IPv6 address without brackets': `redis://me:${secret}@::1`,
  'an option that nobody knows': `redis://me:${secret}@host?password=${secret}`,
  'TLS options without TLS': `redis://me:${secret}@host?ca=/ca.pem`,
  'a database of a cluster': `redis+cluster://me:${secret}@host/1`,
  'sentinels without the name of a primary': `redis+sentinel://me:${secret}@host`,
  'a socket without a path': `redis+unix://me:${secret}@`,
  'a socket with a host': `redis+unix://me:${secret}@host/path`,
};

describe('a Redis URL', () => {
  for (const [name, url] of Object.entries(refused)) {
    test(`is refused, and nothing of it told, with ${name}`, () => {
      for (const parse of [() => parseRedisUrl(url), () => openRedisStore({ url })]) {
        assert.throws(parse, (error) => {
          assert.ok(error instanceof CacheError);
          assert.equal(error.code, 'ERR_CONFIG');
          assert.ok(!error.message.includes(secret), error.message);
          assert.ok(!String(error.cause).includes(secret));
          return true;
        });
      }
      assert.ok(!redactedUrl(url).includes(secret), redactedUrl(url));
    });
  }

  test('of a single server has a port and a database, which need not be said', () => {
    const local = { mode: 'standalone', address: { host: 'host', port: 6379 }, db: 0 };
    assert.deepEqual(parseRedisUrl('redis://host'), local);
    assert.deepEqual(parseRedisUrl('redis://host/'), local);
    assert.deepEqual(parseRedisUrl('redis://[::1]:7000/3'), {
      mode: 'standalone',
      address: { host: '::1', port: 7000 },
      db: 3,
    });
  });

  test('has a user, a password or both, with every character that there is', () => {
    const parsed = parseRedisUrl('redis://m%40e:p%2F%3A%3F%23%25@host');
    assert.deepEqual([parsed.user, parsed.password], ['m@e', 'p/:?#%']);
    const onlyPassword = parseRedisUrl('redis://:secret@host');
    assert.deepEqual([onlyPassword.user, onlyPassword.password], [undefined, 'secret']);
    // What cannot be mistaken need not be encoded.
    assert.equal(parseRedisUrl('redis://me:a@b:c@host').password, 'a@b:c');
    assert.equal(parseRedisUrl('redis://me@host').user, 'me');
  });

  test('with TLS says which files', () => {
    assert.deepEqual(parseRedisUrl('rediss://host').tls, {});
    const { tls } = parseRedisUrl('rediss+cluster://host?ca=/a%20b@c&cert=/c&key=/k&servername=n');
    assert.deepEqual(tls, { caPath: '/a b@c', certPath: '/c', keyPath: '/k', servername: 'n' });
    assert.equal(parseRedisUrl('redis://host').tls, undefined);
  });

  test('of a socket has a path, and a database', () => {
    const { mode, ...rest } = parseRedisUrl('redis+unix://me:pw@/run/my%20redis.sock?db=2');
    assert.equal(mode, 'standalone');
    assert.deepEqual(rest, { user: 'me', password: 'pw', address: { path: '/run/my redis.sock' }, db: 2 });
  });

  test('of a cluster and of sentinels has several hosts', () => {
    const cluster = parseRedisUrl('redis+cluster://me:pw@a:7000,[::1]:7001,b');
    assert.deepEqual(cluster.mode === 'cluster' && cluster.nodes, [
      { host: 'a', port: 7000 },
      { host: '::1', port: 7001 },
      { host: 'b', port: 6379 },
    ]);
    const sentinel = parseRedisUrl('redis+sentinel://a,b:7001/my-primary?db=4');
    assert.ok(sentinel.mode === 'sentinel');
    assert.deepEqual(sentinel.sentinels, [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 7001 },
    ]);
    assert.deepEqual([sentinel.primaryName, sentinel.db], ['my-primary', 4]);
  });

  test('is told without user, password and options', () => {
    assert.equal(redactedUrl(`redis://me:${secret}@host:7000/2`), 'redis://***@host:7000/2');
    assert.equal(redactedUrl(`rediss://:${secret}@[::1]?ca=/x`), 'rediss://***@[::1]:6379');
    assert.equal(redactedUrl(`redis+unix://me:${secret}@/run/r.sock?db=1`), 'redis+unix://***@/run/r.sock');
    assert.equal(redactedUrl('redis+sentinel://a,b/p'), 'redis+sentinel://a:26379,b:26379/p');
  });
});

describe('an option', () => {
  test('that is wrong names itself', () => {
    const url = 'redis://host';
    for (const namespace of ['', 'a{b}', 'a:b', 'a b', 'ä', 'x'.repeat(101)]) {
      assert.throws(() => openRedisStore({ url, namespace }), { code: 'ERR_CONFIG', message: /namespace/ });
    }
    for (const ttlMs of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => openRedisStore({ url, ttlMs }), { code: 'ERR_INVALID_OPTION', message: /ttlMs/ });
    }
    assert.throws(() => openRedisStore({ url, connectTimeoutMs: 0 }), { message: /connectTimeoutMs/ });
    assert.throws(() => openRedisStore({ url, tls: { caPath: '/ca' } }), { message: /rediss:/ });
  });
});
