import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  copyProject,
  findTools,
  giveTo,
  Machine,
  mypyFor,
  otherUser,
  pythonFilesOf,
  smallCorpora,
  temporaryDirectory,
  type MachineOptions,
  type OtherUser,
} from './support/index.js';

const corpus = () => smallCorpora()[0]!;
const lastYear = new Date('2025-01-02T03:04:05Z');

describe('a directory that a team shares', () => {
  it('and that is not there, because its drive is not mounted, costs a warning, and is not made', async (t) => {
    const directory = temporaryDirectory(t);
    const shared = join(directory, 'mnt');
    const machine = newMachine({ directory: join(directory, 'A'), remote: `file://${shared}` });
    const { code, report, stderr } = await machine.check([findTools().mypy.command, ...corpus().args]);
    assert.deepEqual([code, report.outcome], [1, 'miss']);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.match(stderr, /^cleanmiss: the cache is out of order/);
    assert.deepEqual(readdirSync(directory).includes('mnt'), false);
    // What could not be told is kept.
    assert.ok(machine.journalFiles().length > 0);
    mkdirSync(shared);
    const again = newMachine({ directory: join(directory, 'B'), remote: `file://${shared}` });
    assert.equal((await again.check([findTools().mypy.command, ...corpus().args])).report.degraded.length, 0);
  });

  it('of one group is read and written by all its users, and by nobody else', async (t) => {
    const [alice, bob, stranger] = [
      otherUser(64_001, 64_100),
      otherUser(64_002, 64_100),
      otherUser(64_003, 64_200),
    ];
    const mypy = mypyFor(alice);
    if (typeof mypy === 'string') {
      t.skip(mypy);
      return;
    }
    const directory = temporaryDirectory(t);
    chmodSync(directory, 0o755);
    const shared = join(directory, 'shared');
    mkdirSync(shared);
    chownSync(shared, 0, alice.gid);
    chmodSync(shared, 0o2770);
    const machineOf = (name: string, user: OtherUser) => {
      const options = { directory: join(directory, name), remote: `file://${shared}`, under: user.under };
      const machine = newMachine(options);
      giveTo(user, options.directory);
      return machine;
    };
    const command = [mypy.command, ...corpus().args];
    const first = machineOf('A', alice);
    const published = await first.check(command);
    assert.deepEqual([published.report.outcome, published.report.degraded], ['miss', []]);
    await first.upload();

    const shut = await machineOf('C', stranger).check(command);
    assert.deepEqual(
      [shut.stdout, shut.code, shut.report.outcome, shut.report.degraded.length > 0],
      [published.stdout, published.code, 'miss', true],
    );
    const second = machineOf('B', bob);
    const warmed = await second.check(command);
    assertSameAnswer(warmed, published, 'another user');
    assert.deepEqual([warmed.report.outcome, warmed.report.degraded], ['hit', []]);

    // And back: what B stores beside A's files, and over them, is A's to read.
    for (const path of pythonFilesOf(second.project)) appendFileSync(path, '\nadded: int = 1\n');
    const changed = await second.check(command);
    await second.upload();
    const back = await machineOf('D', alice).check(command);
    assert.deepEqual([back.report.outcome, back.report.snapshot], ['hit', changed.report.published.snapshot]);
    assert.deepEqual(notForGroup(shared, alice.gid), []);
  });
});

/** Files and folders that some of the group may not use, or others may. */
function notForGroup(shared: string, gid: number): readonly string[] {
  return readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const stats = lstatSync(join(shared, path));
    const mode = stats.mode & 0o7777;
    return stats.gid !== gid || mode !== (stats.isDirectory() ? 0o2770 : 0o660);
  });
}

function newMachine(options: MachineOptions): Machine {
  const machine = new Machine({ ...options, project: 'at/its/own/place' });
  copyProject(corpus().directory, machine.project, options.under ? { mtime: lastYear } : {});
  return machine;
}
