import assert from 'node:assert/strict';
import { cpSync, lstatSync, mkdirSync, chmodSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { VerifyReport } from '@cleanmiss/core';
import { startRedis, type RedisServer } from '@cleanmiss/redis-fixture';
import {
  assertSameAnswer,
  check,
  cleanmiss,
  coldAnswer,
  copyProject,
  type Ended,
  flip,
  itInFull,
  Machine,
  olderMypy,
  storedFilesOf,
  type StoredKind,
  TemporaryDirectory,
  writeProject,
} from './support/index.js';

const nobody = 'redis://127.0.0.1:1';

describe('verify, on a store whose team has a Redis and a shared directory', () => {
  const directory = new TemporaryDirectory();
  const [pristine, shared, project] = ['machine/store', 'shared', 'machine/project'].map((name) =>
    join(directory.path, name),
  ) as [string, string, string];
  // Its state is large enough for several blobs.
  const mypy = olderMypy();
  const command = [mypy.command, 'a.py'];
  let [redis, expected]: [RedisServer | undefined, Ended | undefined] = [undefined, undefined];

  before(async () => {
    mkdirSync(shared);
    chmodSync(shared, 0o2770);
    redis = await startRedis();
    const remote = `${redis.url} file://${shared}`;
    const machine = new Machine({ directory: join(directory.path, 'machine'), remote });
    writeProject(project, {
      'a.py': 'import asyncio, email, http, json, logging, unittest, xml\nx: int = json.dumps(1)\n',
    });
    expected = await coldAnswer(mypy, ['a.py'], project, join(directory.path, 'cache'));
    await machine.check(command);
    await machine.upload();
    assert.deepEqual(machine.journalFiles(), []);
  });
  after(async () => {
    await redis?.stop();
    directory[Symbol.dispose]();
  });

  it('says what is missing where no remote may be asked', async () => {
    using place = new TemporaryDirectory();
    const store = await damagedCopyOf(pristine, place);
    const { code, stdout } = await verify(store, redis!.url, '--no-repair');
    assert.equal(code, 1);
    assert.match(stdout, /^damaged +\d+ blobs, set aside in the store's quarantine$/m);
    assert.match(stdout, /^missing +\d+ blobs, so that \d+ metas? (?:is a miss|are misses) until/m);
    assert.doesNotMatch(stdout, /repaired/);
  });

  itInFull('says which remote is out of order, and ends as where there is none', async () => {
    using place = new TemporaryDirectory();
    const store = await damagedCopyOf(pristine, place);
    const { code, stdout, stderr } = await verify(store, nobody);
    assert.deepEqual([code, stderr], [1, '']);
    assert.match(stdout, /^missing +\d+ blobs/m);
    assert.match(stdout, /^trouble +127\.0\.0\.1:1 is out of order: .*nobody listens there/m);
  });

  it('repairs all of it from the Redis, so that the next run hits with no remote at all', async () => {
    using place = new TemporaryDirectory();
    const store = await damagedCopyOf(pristine, place);
    const report = await reportOf(store, redis!.url, 1);
    assert.ok(report.corruptBlobs >= 3, `${report.corruptBlobs} were damaged`);
    assert.ok(report.repairedBlobs > report.corruptBlobs, `${report.repairedBlobs} were repaired`);
    await expectWhole(store, place);
  });

  it('repairs all of it from the next remote where the first is out of order', async () => {
    using place = new TemporaryDirectory();
    const store = await damagedCopyOf(pristine, place);
    const { code, stdout } = await verify(store, `${nobody} file://${shared}`);
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`^repaired +\\d+ blobs \\(.*\\) from ${shared}$`, 'm'));
    assert.match(stdout, /^missing +nothing$/m);
    assert.match(stdout, /^trouble +127\.0\.0\.1:1 /m);
    await expectWhole(store, place);
  });

  itInFull('repairs the shared directory too, and what it puts there is everybody’s to read', async () => {
    using place = new TemporaryDirectory();
    const store = await damagedCopyOf(shared, place);
    const report = await reportOf(store, redis!.url, 1);
    assert.ok(report.repairedBlobs > 0 && report.missingBlobs === 0, JSON.stringify(report));
    for (const path of readdirSync(join(store, 'v1'), { recursive: true, encoding: 'utf8' })) {
      const stats = lstatSync(join(store, 'v1', path));
      assert.equal(stats.mode & 0o7777, stats.isDirectory() ? 0o2770 : 0o660, path);
    }
    await expectWhole(store, place);
  });

  /** A run elsewhere, with this store alone, is a hit with the same answer; and nothing is left to be repaired. */
  async function expectWhole(store: string, place: TemporaryDirectory): Promise<void> {
    const again = await reportOf(store, 'off', 0);
    assert.deepEqual([again.corruptBlobs, again.missingBlobs, again.incompleteMetas], [0, 0, 0]);
    const other = join(place.path, 'other', 'project');
    copyProject(project, other);
    const checked = await check(command, { cwd: other, store });
    assertSameAnswer(checked, expected!, 'on the repaired store');
    assert.deepEqual([checked.report.outcome, checked.report.reason], ['hit', null]);
  }
});

/** Blobs and manifest pages with a bit flipped, cut off, and removed. */
async function damagedCopyOf(pristine: string, place: TemporaryDirectory): Promise<string> {
  const store = join(place.path, 'store');
  cpSync(pristine, store, { recursive: true, preserveTimestamps: true });
  const harms = [
    (file: string) => flip(file, 0.5),
    (file: string) => truncateSync(file, 1),
    (file: string) => rmSync(file),
  ];
  for (const kind of ['blob', 'manifest page'] satisfies readonly StoredKind[]) {
    const files = await storedFilesOf(store, kind);
    assert.ok(files.length >= 3, `${files.length} of the kind ${kind}`);
    for (const [i, [file]] of files.entries()) harms[i % harms.length]!(file);
  }
  return store;
}

function verify(store: string, remote: string, ...options: readonly string[]): Promise<Ended> {
  return cleanmiss(['verify', '--local', store, '--remote', remote, ...options]);
}

async function reportOf(store: string, remote: string, code: number): Promise<VerifyReport> {
  const ended = await verify(store, remote, '--json');
  assert.equal(ended.code, code, ended.stdout + ended.stderr);
  return JSON.parse(ended.stdout) as VerifyReport;
}
