import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import {
  assertSameAnswer,
  contentOf,
  copyProject,
  count,
  endOfUploading,
  findTools,
  inPool,
  killUploadingProcess,
  Machine,
  metasForOthers,
  metasOfWholeRemote,
  nextUploadingProcess,
  ofType,
  pythonFilesOf,
  smallCorpora,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

/** That end an upload before it has told everything. */
const kills = count({ full: 50, quick: 2 });
/** On one machine with one store; then on the next. */
const triesPerMachine = 12;

const redis = await startRedis();
/** Sees how far an upload has come. */
const proxy = await startProxy(redis);
after(async () => {
  await proxy.stop();
  await redis.stop();
});

type Victim = 'uploader' | 'both' | 'run';
const victims: readonly Victim[] = ['uploader', 'both', 'uploader', 'run'];

describe('a kill with SIGKILL of who uploads', () => {
  it(`or of the run that waits for it, ${kills} times: the next run brings the rest, and no meta in the remote is ever ahead of its blobs`, async (t) => {
    const directory = temporaryDirectory(t);
    const random = randomFrom(20261125);
    const bytes = await bytesOfUploads(join(directory, 'measure'));
    let [interrupted, tries] = [0, 0];
    for (; interrupted < kills; tries += triesPerMachine) {
      assert.ok(tries < kills * 4, `only ${interrupted} of ${tries} kills met an upload`);
      const namespace = `machine-${tries}`;
      const place = join(directory, `A${tries}`);
      const machine = newMachine(place, proxyUrl(namespace));
      for (let i = 0; i < triesPerMachine; i++) {
        if (i > 0) editAll(machine.project, i);
        const moment = random() * (i === 0 ? bytes.ofFirst : bytes.ofEdited);
        const victim = victims[i % victims.length]!;
        if (await killDuringUpload(machine, moment, victim)) interrupted += 1;
        await metasOfWholeRemote(redisUrl(namespace), `after try ${i} on ${namespace}`);
      }
      const next = await machine.check(command());
      await machine.upload();
      assert.deepEqual(machine.journalFiles(), []);
      await assertAllIsThere(machine, redisUrl(namespace));
      await assertFreshMachineHits(`${place}-fresh`, machine, redisUrl(namespace), next);
    }
    t.diagnostic(`${interrupted} uploads were killed before they had told everything, in ${tries} tries`);
  });
});

describe('several sessions', () => {
  it('that append to one journal while processes upload lose nothing, and leave it empty', async (t) => {
    const directory = temporaryDirectory(t);
    const remote = redisUrl('sessions');
    const machine = new Machine({ directory: join(directory, 'A'), remote });
    const names = Array.from({ length: count({ full: 24, quick: 4 }) }, (_, i) => `project${i}`);
    const projects = names.map((name) => join(directory, 'A', name));
    projects.forEach((project, i) => {
      writeProject(project, { 'a.py': `import re\nx: int = ${i}\n`, 'b.py': `import a\ny: str = a.x\n` });
    });
    const mypy = [findTools().mypy.command, 'b.py'];
    const ended = await inPool(projects, 3, (cwd) => machine.check(mypy, { cwd, options: ['--no-wait'] }));
    assert.deepEqual(
      ended.map(({ code, report }) => [code, report.degraded]),
      ended.map(() => [1, []]),
    );
    await new Machine({ directory: join(directory, 'A'), remote, project: names[0]! }).upload();
    assert.deepEqual(machine.journalFiles(), []);
    const [local, there] = [await metasForOthers(machine.store), await metasOfWholeRemote(remote)];
    assert.deepEqual(
      [...local.keys()].filter((key) => !there.has(key)),
      [],
    );
    assert.equal(ofType(there, 'snapshot').length, new Set(ended.map(publishedBy)).size);
    const fresh = new Machine({ directory: join(directory, 'B'), remote, project: names.at(-1)! });
    copyProject(projects.at(-1)!, fresh.project);
    const { report } = await fresh.check(mypy);
    assert.deepEqual(
      [report.outcome, report.source, report.snapshot],
      ['hit', 'project', publishedBy(ended.at(-1)!)],
    );
  });
});

/** When it has sent so many bytes. Answers whether an upload was ended by it that had still something to tell. */
async function killDuringUpload(machine: Machine, bytes: number, victim: Victim): Promise<boolean> {
  const running = machine.start(command());
  const pid = await nextUploadingProcess(machine.store, running.ended);
  assert.ok(pid !== undefined, `nothing was uploaded:\n${running.output}`);
  const before = proxy.bytesFromClient;
  // The random moment is the point of this test; nothing is synchronised by it.
  await endOfUploading(pid, machine.store, () => proxy.bytesFromClient - before >= bytes);
  if (victim !== 'uploader') running.signal('SIGKILL');
  const wasKilled = victim !== 'run' && killUploadingProcess(pid, machine.store);
  const { code, signal } = await running.ended;
  // Whoever waited for the upload was waiting for no more than that.
  assert.ok(code === 1 || signal === 'SIGKILL', `${code} ${signal}\n${running.output}`);
  const isInterrupted = wasKilled && machine.journalFiles().length > 0;
  await endOfUploading(pid, machine.store);
  return isInterrupted;
}

/** Of the first run of a machine, and of one after an edit. */
async function bytesOfUploads(directory: string): Promise<{ ofFirst: number; ofEdited: number }> {
  const machine = newMachine(directory, proxyUrl('measure'));
  const sent: number[] = [];
  for (const i of [0, 1]) {
    if (i > 0) editAll(machine.project, i);
    const { report } = await machine.check(command());
    assert.ok(report.published.remoteBytes > 1000, `${report.published.remoteBytes} bytes were sent`);
    sent.push(report.published.remoteBytes);
  }
  return { ofFirst: sent[0]!, ofEdited: sent[1]! };
}

function proxyUrl(namespace: string): string {
  return `redis://127.0.0.1:${proxy.port}#${namespace}`;
}

function redisUrl(namespace: string): string {
  return `${redis.url}#${namespace}`;
}

async function assertAllIsThere(machine: Machine, remote: string): Promise<void> {
  const [local, there] = [await metasForOthers(machine.store), await metasOfWholeRemote(remote)];
  for (const [key, meta] of local) {
    const found = there.get(key);
    assert.deepEqual(found && contentOf(found), contentOf(meta));
  }
}

async function assertFreshMachineHits(
  directory: string,
  { project }: Machine,
  remote: string,
  expected: Awaited<ReturnType<Machine['check']>>,
): Promise<void> {
  const fresh = new Machine({ directory, remote });
  copyProject(project, fresh.project);
  const checked = await fresh.check(command());
  assertSameAnswer(checked, expected, 'on a fresh machine');
  assert.deepEqual([checked.report.outcome, checked.report.snapshot], ['hit', expected.report.snapshot]);
}

function newMachine(directory: string, remote: string): Machine {
  const machine = new Machine({ directory, remote });
  copyProject(smallCorpora()[0]!.directory, machine.project);
  return machine;
}

function command(): readonly string[] {
  return [findTools().mypy.command, ...smallCorpora()[0]!.args];
}

/** Another interface of every module, and so new content of nearly the whole state. */
function editAll(project: string, i: number): void {
  for (const path of pythonFilesOf(project)) appendFileSync(path, `\nadded_${i}: int = ${i}\n`);
}

function publishedBy({ report }: Awaited<ReturnType<Machine['check']>>): string | null {
  return report.published.snapshot;
}

/** Reproducible moments: a failure can be looked at again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}
