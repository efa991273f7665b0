import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRedis, type RedisServer } from '@cleanmiss/redis-fixture';
import {
  assertSameAnswer,
  coldAnswer,
  copyProject,
  findTools,
  Machine,
  metasOfWholeRemote,
  mypyPackageCorpus,
  smallCorpora,
  temporaryDirectory,
  torchCorpus,
  type Checked,
  type Corpus,
  type Ended,
} from './support/index.js';

const isLong = process.env['CLEANMISS_LONG'] === '1';
const both = ['mypy', 'otherMypy'] as const;
const cases = isLong
  ? [
      { corpusOf: mypyPackageCorpus, tries: 3, mypys: both },
      { corpusOf: torchCorpus, tries: 3, mypys: both },
    ]
  : [{ corpusOf: firstSmallCorpus, tries: 1, mypys: ['mypy'] as const }];
const lastYear = new Date('2025-01-02T03:04:05Z');

describe('two machines that share nothing but a Redis', () => {
  for (const { corpusOf, tries, mypys } of cases) {
    for (const which of mypys) {
      it(`warm each other: the first run of the second is a hit, with the same output: ${corpusOf.name}, ${which}`, async (t) => {
        await using redis = await startRedis();
        const directory = temporaryDirectory(t);
        const [corpus, mypy] = [corpusOf(), findTools()[which]];
        const command = [mypy.command, ...corpus.args];
        const alone = join(directory, 'alone', 'project');
        copyProject(corpus.directory, alone);
        const plain = () => coldAnswer(mypy, corpus.args, alone, join(directory, 'alone', 'cache'));
        const expected = await plain();
        const first = newMachine(directory, 'A', redis.url, corpus);
        const published = await publish(first, command, expected);
        await metasOfWholeRemote(redis.url);

        const [firstRuns, warmRuns]: [Checked[], Ended[]] = [[], []];
        for (let i = 0; i < tries; i++) {
          // Another path, other mtimes, another store; alternately, so that both meet the same machine.
          const second = newMachine(directory, `B${i}`, redis.url, corpus, 'at/another/path');
          const sentBefore = await outputBytesOf(redis);
          // As on a laptop, where nobody waits for what goes to the remote; the upload is over before we go on.
          const checked = await second.check(command, { options: [] });
          const sent = (await outputBytesOf(redis)) - sentBefore;
          assertSameAnswer(checked, expected, `machine B${i}`);
          assert.deepEqual([checked.report.outcome, checked.report.reason], ['hit', null]);
          assert.ok(checked.report.restored.files > 100);
          const { remoteBytes } = checked.report.restored;
          // Two independent counts: ours before the checker starts, and the server's of all that it sent.
          assert.ok(remoteBytes > 10_000 && remoteBytes <= sent, `${remoteBytes} of ${sent}`);
          t.diagnostic(`B${i}: ${remoteBytes} bytes read by our count, ${sent} sent by the server's`);
          await second.upload();
          firstRuns.push(checked);
          warmRuns.push(await plain());
        }
        const [firstMs, warmMs] = [median(firstRuns), median(warmRuns)];
        t.diagnostic(`published: ${published} bytes over the wire`);
        const { bootMs, planMs, restoreMs, checkerMs, captureMs, publishMs } =
          firstRuns.at(-1)!.report.timings;
        t.diagnostic(
          `the last first run: ${ms(bootMs)} boot, ${ms(planMs)} plan, ${ms(restoreMs)} restore, ` +
            `${ms(checkerMs)} checker, ${ms(captureMs)} capture, ${ms(publishMs)} publish`,
        );
        t.diagnostic(
          `mypy ${mypy.version}: cold alone ${ms(expected.durationMs)}, first run here ${ms(firstMs)}, ` +
            `warm alone ${ms(warmMs)}: ${(firstMs / warmMs).toFixed(2)}x`,
        );
      });
    }
  }
});

function firstSmallCorpus(): Corpus {
  return smallCorpora()[0]!;
}

/** A first run and what is still to be uploaded; answers the bytes that went over the wire. */
async function publish(machine: Machine, command: readonly string[], expected: Ended): Promise<number> {
  const cold = await machine.check(command);
  assertSameAnswer(cold, expected, 'machine A');
  assert.equal(cold.report.outcome, 'miss');
  assert.deepEqual(cold.report.degraded, []);
  const { sentBytes } = await machine.upload();
  assert.deepEqual(machine.journalFiles(), []);
  const bytes = cold.report.published.remoteBytes + sentBytes;
  assert.ok(bytes > 10_000, `${bytes} bytes`);
  return bytes;
}

function newMachine(directory: string, name: string, remote: string, corpus: Corpus, project = 'project') {
  const machine = new Machine({ directory: join(directory, name), remote, project });
  copyProject(corpus.directory, machine.project, name === 'A' ? {} : { mtime: lastYear });
  return machine;
}

async function outputBytesOf(redis: RedisServer): Promise<number> {
  const stats = await redis.cli('INFO', 'stats');
  return Number(/total_net_output_bytes:(\d+)/.exec(stats)?.[1]);
}

function median(ended: readonly Ended[]): number {
  const sorted = ended.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
