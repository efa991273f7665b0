import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRedis } from '@cleanmiss/redis-fixture';
import {
  assertSameAnswer,
  copyProject,
  findTools,
  Machine,
  makeNetwork,
  metasOfWholeRemote,
  run,
  smallCorpora,
  temporaryDirectory,
  whyNoNetworks,
} from './support/index.js';

const lastYear = new Date('2025-01-02T03:04:05Z');

describe('two machines in networks of their own', () => {
  it('that do not reach each other, and reach one Redis under different addresses, warm each other', async (t) => {
    const why = whyNoNetworks();
    if (why !== undefined) {
      t.skip(why);
      return;
    }
    const networks = [0, 1].map((number) => makeNetwork(t, number));
    const addresses = networks.map(({ hostAddress }) => hostAddress);
    const settings = { bind: ['127.0.0.1', ...addresses].join(' '), 'protected-mode': 'no' };
    await using redis = await startRedis({ settings });
    const directory = temporaryDirectory(t);
    const corpus = smallCorpora()[0]!;
    const command = [findTools().mypy.command, ...corpus.args];
    const [first, second] = networks.map(({ under, hostAddress }, i) => {
      const remote = `redis://${hostAddress}:${redis.port}`;
      const options = { directory: join(directory, String(i)), remote, under, project: `at/${i}/shop` };
      const machine = new Machine(options);
      copyProject(corpus.directory, machine.project, i === 0 ? {} : { mtime: lastYear });
      return machine;
    }) as [Machine, Machine];

    // Neither this machine's own address nor the other network's is to be had in there.
    for (const [i, { under }] of networks.entries()) {
      for (const host of ['127.0.0.1', addresses[1 - i]!]) {
        const ping = [...under, 'redis-cli', '-h', host, '-p', String(redis.port), '-t', '2', 'PING'];
        assert.doesNotMatch((await run(ping)).stdout, /PONG/);
      }
    }
    const published = await first.check(command);
    assert.deepEqual([published.report.outcome, published.report.degraded], ['miss', []]);
    await first.upload();
    await metasOfWholeRemote(redis.url);
    const warmed = await second.check(command);
    assertSameAnswer(warmed, published, 'in the other network');
    assert.deepEqual(
      [warmed.report.outcome, warmed.report.snapshot, warmed.report.degraded],
      ['hit', published.report.published.snapshot, []],
    );
    t.diagnostic(`${warmed.report.restored.remoteBytes} bytes from one network to the other`);
  });
});
