import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import {
  endOfUploading,
  findTools,
  Machine,
  temporaryDirectory,
  uploadingProcess,
  writeProject,
} from './support/index.js';

const minuteMs = 60_000;

describe('an outage of the remote', () => {
  it('that one run has met is known to the next ones, which do not even connect, until its pause is over', async (t) => {
    await using redis = await startRedis();
    await using proxy = await startProxy(redis, { kind: 'silent' });
    const directory = temporaryDirectory(t);
    const remote = `redis://127.0.0.1:${proxy.port}`;
    const machineAt = (name: string, project: string) => {
      const machine = new Machine({ directory: join(directory, name), remote, project });
      writeProject(machine.project, { 'a.py': `import re\nx: int = "${project}"\n` });
      return machine;
    };
    const check = async (machine: Machine) => {
      const checked = await machine.check([findTools().mypy.command, 'a.py']);
      assert.deepEqual([checked.code, checked.signal], [1, null]);
      return checked;
    };
    const first = machineAt('A', 'first');
    const met = await check(first);
    assert.equal(met.report.outcome, 'miss');
    assert.ok(met.report.degraded.length > 0);
    // Writing goes out of order on its own: others may read, and not write. Who uploads would wait long for a silent one.
    proxy.behave({ kind: 'reset-after', replyBytes: 0 });
    await assert.rejects(first.upload(), /not all was uploaded/);
    // That of the run itself, which no longer waits for it, may still be trying.
    const pid = uploadingProcess(first.store);
    if (pid !== undefined) await endOfUploading(pid, first.store);
    const { connections } = proxy;
    assert.ok(connections > 0);

    // Longer than any machine takes for what follows.
    setPauses(first.store, Date.now() + 4 * minuteMs);
    for (const project of ['second', 'third']) {
      const { report, stderr } = await check(machineAt('A', project));
      assert.ok(report.degraded.length > 0, 'nobody is told');
      assert.equal(linesOf(stderr).length, 1, stderr);
      assert.equal(proxy.connections, connections);
    }

    proxy.behave({ kind: 'pass' });
    setPauses(first.store, Date.now() - 1);
    const tried = machineAt('A', 'fourth');
    const after = await check(tried);
    assert.deepEqual([after.report.degraded, after.stderr], [[], '']);
    assert.ok(proxy.connections > connections);
    await tried.upload();
    assert.deepEqual(breakerFiles(first.store), []);
    // What the runs had left while it was out of reach is there too.
    assert.deepEqual(tried.journalFiles(), []);
    const fresh = await check(machineAt('B', 'first'));
    assert.deepEqual(
      [fresh.report.outcome, fresh.report.source, fresh.report.snapshot],
      ['hit', 'project', met.report.published.snapshot],
    );
  });
});

function setPauses(store: string, openUntil: number): void {
  const paths = breakerFiles(store);
  assert.equal(paths.length, 2, 'reading and writing are not both known to be out of order');
  for (const path of paths) {
    const state = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...state, openUntil }));
  }
}

/** Of reading and of writing; there while they are out of order. */
function breakerFiles(store: string): readonly string[] {
  const remotes = join(store, 'remotes');
  const paths = readdirSync(remotes).flatMap((id) =>
    ['reads.json', 'writes.json'].map((name) => join(remotes, id, name)),
  );
  return paths.filter((path) => existsSync(path));
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
