import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startRedisCluster } from '@cleanmiss/redis-fixture';
import {
  coldAnswer,
  copyProject,
  count,
  danglingIn,
  findTools,
  inPool,
  Machine,
  smallCorpora,
  temporaryDirectory,
  type Checked,
  type Corpus,
  type Ended,
} from './support/index.js';

const runs = count({ full: 50, quick: 4 });
const atOnce = count({ full: 6, quick: 2 });
const corpora = smallCorpora().slice(0, count({ full: 4, quick: 1 }));

const cluster = await startRedisCluster();
after(() => cluster.stop());

describe('a Redis Cluster of three primaries and three replicas', () => {
  it(`of which a primary is killed in the middle of ${runs} concurrent runs costs no check its answer, and warms machines again after that`, async (t) => {
    const directory = temporaryDirectory(t);
    const expected = await inPool(corpora, 2, (corpus) => answerAlone(corpus, join(directory, corpus.name)));
    const checkOn = async (name: string, i: number, whenStarted?: () => Promise<void>) => {
      const corpus = corpora[i % corpora.length]!;
      const machine = newMachine(join(directory, name), corpus);
      const checking = machine.check([findTools().mypy.command, ...corpus.args]);
      const [checked] = await Promise.all([checking, whenStarted?.()]);
      assertOwnAnswer(checked, expected[i % corpora.length]!, name);
      return { machine, checked };
    };
    const indexes = Array.from({ length: runs }, (_, i) => i);
    const during = await inPool(indexes, atOnce, (i) =>
      checkOn(`run${i}`, i, i === Math.floor(runs / 2) ? killPrimary : undefined),
    );
    t.diagnostic(`during the loss: ${summaryOf(during.map(({ checked }) => checked))}`);

    await cluster.waitUntilOk();
    // What the primary had acknowledged and not handed on to its replica is lost, as Redis has it: that may be a miss.
    t.diagnostic(`the survivors hold ${(await danglingIn(cluster.url)).length} metas that miss something`);
    const teller = await checkOn('after', 0);
    assert.deepEqual(teller.checked.report.degraded, []);
    await teller.machine.upload();
    const { checked: told } = await checkOn('told', 0);
    assert.deepEqual([told.report.outcome, told.report.reason, told.report.degraded], ['hit', null, []]);
  });
});

async function killPrimary(): Promise<void> {
  const [port] = await cluster.primaryPorts();
  await cluster.nodes.find((node) => node.port === port)!.kill();
}

/** The checker's own, and at most one line of ours. */
function assertOwnAnswer({ stdout, stderr, code, signal }: Checked, expected: Ended, about: string): void {
  const [ours, theirs] = [
    linesOf(stderr).filter((line) => line.startsWith('cleanmiss: ')),
    linesOf(stderr).filter((line) => !line.startsWith('cleanmiss: ')),
  ];
  assert.deepEqual(
    { stdout, theirs, code, signal },
    {
      stdout: expected.stdout,
      theirs: linesOf(expected.stderr),
      code: expected.code,
      signal: expected.signal,
    },
    about,
  );
  assert.ok(ours.length <= 1, `${about}: ${stderr}`);
}

function summaryOf(checks: readonly Checked[]): string {
  const reports = checks.map(({ report }) => report);
  const outcomes = ['hit', 'partial', 'miss'].map(
    (outcome) => `${reports.filter((report) => report.outcome === outcome).length} ${outcome}`,
  );
  const degraded = reports.filter((report) => report.degraded.length > 0).length;
  const longest = Math.max(...reports.map(({ timings }) => timings.remoteWaitMs));
  return `${outcomes.join(', ')}; ${degraded} degraded; waited for the remote at most ${Math.round(longest)} ms`;
}

function newMachine(directory: string, corpus: Corpus): Machine {
  const machine = new Machine({ directory, remote: cluster.url });
  copyProject(corpus.directory, machine.project);
  return machine;
}

async function answerAlone(corpus: Corpus, directory: string): Promise<Ended> {
  copyProject(corpus.directory, join(directory, 'project'));
  return coldAnswer(findTools().mypy, corpus.args, join(directory, 'project'), join(directory, 'cache'));
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
