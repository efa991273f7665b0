import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { bytesBlob, noise, textBlob } from '@cleanmiss/conformance';
import { isOutage, keyHashOf, type CacheError } from '@cleanmiss/core';
import { keyvSchemes, openKeyvUri } from '@cleanmiss/keyv-backend';
import { temporaryDirectory } from './support/keyv-fixture.js';
import { StubProject } from './support/stub-project.js';

const blob = textBlob('blob');
const dayMs = 24 * 60 * 60 * 1000;

describe('a project', () => {
  it('that has not installed what it needs is told what to install', async (t) => {
    const project = new StubProject(t);
    const open = () => openKeyvUri('sqlite://cache.sqlite', { resolveFrom: project.path });
    const install = 'npm install --save-dev keyv @keyv/sqlite';
    await assert.rejects(open(), {
      code: 'ERR_CONFIG',
      message: `keyv is not installed in ${project.path}: ${install}`,
    });
    project.installKeyv();
    await assert.rejects(open(), {
      code: 'ERR_CONFIG',
      message: `@keyv/sqlite is not installed in ${project.path}: ${install}`,
    });
  });

  it('whose package cannot be loaded, or is another one, is told so', async (t) => {
    const project = new StubProject(t);
    project.installKeyv();
    project.install('@keyv/mysql', 'throw new Error("no binary for this machine")');
    project.install('@keyv/etcd', 'exports.adapter = {}');
    await assert.rejects(openKeyvUri('mysql://host/db', { resolveFrom: project.path }), (error: Error) => {
      assert.equal(error.message, '@keyv/mysql is installed, but cannot be loaded');
      assert.equal((error.cause as Error).message, 'no binary for this machine');
      return true;
    });
    await assert.rejects(openKeyvUri('etcd://host', { resolveFrom: project.path }), { code: 'ERR_CONFIG' });
  });
});

describe('a URI', () => {
  it('of a scheme that nobody knows, or that is none, is refused without being told', async () => {
    for (const uri of ['ftp://me:secret@host', 'redis://me:secret@host', 'sqlite:secret', 'sqlite://', '']) {
      await assert.rejects(openKeyvUri(uri, { resolveFrom: import.meta.dirname }), (error: Error) => {
        assert.match(error.message, /begins with sqlite:\/\/, postgres:\/\/, .*etcd:\/\/$/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    }
  });

  it('that its driver does not understand is refused without its password', async (t) => {
    const project = new StubProject(t);
    project.installKeyv();
    project.install('@keyv/mongo', 'exports.default = class { constructor(uri) { throw new Error(uri) } }');
    const opened = openKeyvUri('mongodb://me:secret@host', { resolveFrom: project.path });
    await assert.rejects(opened, (error: CacheError) => {
      assert.equal(error.code, 'ERR_CONFIG');
      assert.doesNotMatch(inspect(error), /secret/);
      return true;
    });
  });

  it('keeps its password out of what its driver says later', async (t) => {
    const fails = 'get() { return Promise.reject(new Error("no access with p@ss or p%40ss or k3y")) }';
    const { open } = withStub(t, '@keyv/postgres', fails);
    const { blobs } = await open('postgres://me:p%40ss@host/db?sslkey=k3y');
    await assert.rejects(blobs.getMany([blob.ref]), {
      code: 'ERR_OUTAGE',
      message: 'a Keyv store (postgres): no access with *** or *** or ***',
    });
  });
});

describe('the adapter', () => {
  const cases: Readonly<Record<string, { readonly name: string; readonly args: readonly unknown[] }>> = {
    'postgres://me@host/db': {
      name: '@keyv/postgres',
      args: [{ uri: 'postgres://me@host/db', maxUses: 1, iterationLimit: 100 }],
    },
    'postgresql://host/db': {
      name: '@keyv/postgres',
      args: [{ uri: 'postgresql://host/db', maxUses: 1, iterationLimit: 100 }],
    },
    'mysql://host/db': { name: '@keyv/mysql', args: ['mysql://host/db'] },
    'mongodb://a:1,b:2/db': {
      name: '@keyv/mongo',
      args: ['mongodb://a:1,b:2/db', { serverSelectionTimeoutMS: 2000 }],
    },
    'mongodb+srv://host/db': {
      name: '@keyv/mongo',
      args: ['mongodb+srv://host/db', { serverSelectionTimeoutMS: 2000 }],
    },
    'valkey://host:6379': { name: '@keyv/valkey', args: ['valkey://host:6379', { useRedisSets: false }] },
    'etcd://host:2379': { name: '@keyv/etcd', args: ['etcd://host:2379'] },
  };
  for (const [uri, { name, args }] of Object.entries(cases)) {
    it(`of ${uri} is ${name}, made as it wants to be`, async (t) => {
      const { project, open } = withStub(t, name);
      const { blobs } = await open(uri);
      assert.deepEqual(project.made(name).args, args);
      await blobs.putMany([blob]);
      assert.deepEqual(await blobs.findMissing([blob.ref]), []);
    });
  }

  it('of memcached is told where it is, and to keep quiet', async (t) => {
    const { project, open } = withStub(t, '@keyv/memcache');
    await open('memcache://me:secret@host:11211/');
    const [server, options] = project.made('@keyv/memcache').args;
    assert.equal(server, 'me:secret@host:11211');
    assert.deepEqual(Object.keys(options as object), ['deserialize', 'logger']);
  });

  it('is known for each scheme', () => {
    const tried = new Set([...Object.keys(cases).map((uri) => uri.split(':')[0]), 'sqlite', 'memcache']);
    assert.deepEqual(new Set(keyvSchemes), tried);
  });

  it('of MySQL gets no value that its column does not hold', async (t) => {
    const { project, open } = withStub(t, '@keyv/mysql');
    const { blobs, metas } = await open('mysql://host/db');
    const long = bytesBlob(noise(300_000));
    await blobs.putMany([long]);
    await metas.put(keyHashOf('key'), long.bytes);
    const values = [...project.made('@keyv/mysql').values.values()];
    assert.ok(values.every((value) => value.length <= 65_535));
    assert.deepEqual(await metas.getMany([keyHashOf('key')]), [Buffer.from(long.bytes)]);
  });

  it('of memcached gets no life of more than 30 days, which would be none', async (t) => {
    const { project, open } = withStub(t, '@keyv/memcache');
    const { blobs, metas } = await open('memcache://host', { ttlMs: 365 * dayMs });
    await blobs.putMany([blob]);
    await metas.put(keyHashOf('key'), Buffer.from('meta'));
    assert.deepEqual(project.made('@keyv/memcache').ttls, [30 * dayMs, 24 * dayMs]);
  });

  it('of memcached loses nothing that is stored while somebody else misses it', async (t) => {
    // As @keyv/memcache answers: what is not there has expired in 1970, upon which Keyv removes it.
    const answer = 'async get(key) { return this.values.get(key) ?? { value: undefined, expires: 0 } }';
    const { project, open } = withStub(
      t,
      '@keyv/memcache',
      `${answer} delete() { throw new Error('it removes') }`,
    );
    const { blobs } = await open('memcache://host');
    assert.deepEqual(await blobs.findMissing([blob.ref]), [blob.ref]);
    await blobs.putMany([blob]);
    assert.equal(project.made('@keyv/memcache').values.size, 1);
    assert.deepEqual(await blobs.findMissing([blob.ref]), []);
  });

  it('of Valkey lists its keys by the names that it gives them', async (t) => {
    // As @keyv/valkey names keys without its sets, and as it looks for them.
    const habits = `nameOf(key) { return 'namespace:' + ':' + key }
      async *iterator(namespace) {
        for (const [name, value] of this.values) if (name.startsWith(namespace + ':')) yield [name, value];
      }`;
    const { open } = withStub(t, '@keyv/valkey', habits);
    const { metas } = await open('valkey://host');
    await metas.put(keyHashOf('key'), Buffer.from('meta'));
    const listed: string[] = [];
    for await (const hash of metas.list()) listed.push(hash);
    assert.deepEqual(listed, [keyHashOf('key')]);
  });
});

describe('a SQLite database', () => {
  it('whose folder is not there, or that is none, is an outage', async (t) => {
    const { path, remove } = temporaryDirectory();
    t.after(remove);
    writeFileSync(join(path, 'text'), 'this is no database, however long one looks at it'.repeat(100));
    for (const file of ['absent/cache.sqlite', 'text']) {
      const tier = await openKeyvUri(`sqlite://${join(path, file)}`, { resolveFrom: import.meta.dirname });
      await assert.rejects(tier.blobs.getMany([blob.ref]), isOutage);
      await assert.rejects(tier.metas.put(keyHashOf('key'), Buffer.from('meta')), isOutage);
      await tier.close();
    }
  });

  it('that nobody asks anything ends no process when it cannot be opened', async (t) => {
    const { path, remove } = temporaryDirectory();
    t.after(remove);
    await openKeyvUri(`sqlite://${path}/absent/x`, { resolveFrom: import.meta.dirname });
    // Its error comes in a later turn; one that nobody catches would fail this test.
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  });

  it('is found from the folder of the project, and shared by namespace', async (t) => {
    const project = new StubProject(t);
    project.installKeyv();
    const sqlite = createRequire(import.meta.url).resolve('@keyv/sqlite');
    project.install('@keyv/sqlite', `module.exports = require(${JSON.stringify(sqlite)})`);
    const open = (namespace: string) =>
      openKeyvUri('sqlite://cache.sqlite', { resolveFrom: project.path, namespace });
    const [one, two, other] = [await open('team'), await open('team'), await open('other')];
    await one.blobs.putMany([blob]);
    assert.ok(existsSync(join(project.path, 'cache.sqlite')));
    assert.deepEqual(await two.blobs.getMany([blob.ref]), [{ found: true, bytes: Buffer.from(blob.bytes) }]);
    assert.deepEqual(await other.blobs.findMissing([blob.ref]), [blob.ref]);
    for (const tier of [one, two, other]) await tier.close();
  });
});

function withStub(t: TestContext, name: string, members = '') {
  const project = new StubProject(t);
  project.installKeyv();
  project.installStub(name, members);
  const open = (uri: string, options: { readonly ttlMs?: number } = {}) =>
    openKeyvUri(uri, { resolveFrom: project.path, ...options });
  return { project, open };
}
