import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedisCluster, startRedisSentinel, type RedisServer } from '@cleanmiss/redis-fixture';
import { untilNothingIsMissing } from '../src/until.js';
import { remainsOf, tracesOf, type Traces } from './support/traces.js';

test('a cluster is served on when a primary is killed, and leaves nothing when it is stopped', async () => {
  await using cluster = await startRedisCluster({ nodeTimeoutMs: 500 });
  const before = await cluster.primaryPorts();
  assert.equal(cluster.nodes.length, 6);
  assert.equal(before.length, 3);
  const traces = await Promise.all(cluster.nodes.map(tracesOf));

  await find(cluster.nodes, before[0]).kill();
  await cluster.waitUntilOk();
  const after = await cluster.primaryPorts();
  assert.equal(after.length, 3);
  assert.ok(!after.includes(before[0] ?? 0));
  const anyNode = find(cluster.nodes, after[0]);
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f'])
    assert.equal(await anyNode.cli('-c', 'SET', key, '1'), 'OK');

  await cluster.stop();
  assert.deepEqual(await allRemains(traces), []);
});

test('sentinels name the replica when the primary is killed, and leave nothing when they are stopped', async () => {
  await using group = await startRedisSentinel();
  const servers = [group.primary, group.replica, ...group.sentinels];
  assert.equal(servers.length, 5);
  assert.equal(await group.primaryPort(), group.primary.port);
  const traces = await Promise.all([group.primary, group.replica].map(tracesOf));

  await group.primary.kill();
  await untilNothingIsMissing('the replica should take over', async () => {
    const port = await group.primaryPort();
    return port === group.replica.port ? undefined : `the primary is still ${port}`;
  });
  assert.equal(await group.replica.cli('SET', 'a', '1'), 'OK');

  await group.stop();
  const sentinelTraces = group.sentinels.map(({ port }) => ({ port, directory: '' }));
  assert.deepEqual(await allRemains([...traces, ...sentinelTraces]), []);
});

function find(nodes: readonly RedisServer[], port: number | undefined): RedisServer {
  const node = nodes.find((each) => each.port === port);
  assert.ok(node);
  return node;
}

async function allRemains(traces: readonly Traces[]): Promise<readonly string[]> {
  return (await Promise.all(traces.map(remainsOf))).flat();
}
