import { missingInCluster, primaryPortsOf } from './cluster-health.js';
import { freeClusterPort } from './free-port.js';
import type { RedisServer } from './redis-server.js';
import { settingsForTests } from './redis-settings.js';
import { runProgram } from './run-program.js';
import { startAll, stopAll } from './start-all.js';
import { startServer } from './start-server.js';
import { untilNothingIsMissing } from './until.js';

export interface RedisClusterOptions {
  /** At least 3. Default: 3. */
  readonly primaries?: number;
  /** Default: 1. */
  readonly replicasPerPrimary?: number;
  /** After how many milliseconds without an answer a node counts as gone. Default: 2000. */
  readonly nodeTimeoutMs?: number;
}

/** A Redis Cluster of the test's own. */
export interface RedisCluster extends AsyncDisposable {
  /** Primaries and replicas, also those that were killed; who is what may change. */
  readonly nodes: readonly RedisServer[];
  /** `redis+cluster://127.0.0.1:P1,127.0.0.1:P2,...` with all nodes. */
  readonly url: string;
  /** Of the running nodes that serve slots now. */
  primaryPorts(): Promise<readonly number[]>;
  /**
   * Resolves when every running node knows a running primary for every slot, and every running replica is in step with
   * its primary; so, after a primary was killed, when its replica has taken over.
   *
   * @throws Error after 30 s
   */
  waitUntilOk(): Promise<void>;
  /** Kills all nodes and removes their directories. A second call does nothing. */
  stop(): Promise<void>;
}

/** Starts a cluster; resolves when it is ok on every node and all replicas are in step. Takes a few seconds. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { primaries = 3, replicasPerPrimary = 1, nodeTimeoutMs = 2000 } = options;
  const nodes = await startAll(primaries * (1 + replicasPerPrimary), () => startNode(nodeTimeoutMs));
  try {
    await joinNodes(nodes, replicasPerPrimary);
    await waitUntilWhole(nodes, primaries);
  } catch (error) {
    await stopAll(nodes);
    throw error;
  }
  return new StartedCluster(nodes);
}

function startNode(nodeTimeoutMs: number): Promise<RedisServer> {
  return startServer({
    choosePort: freeClusterPort,
    plan: (directory, port) => ({
      settings: {
        ...settingsForTests(directory),
        port: String(port),
        'cluster-enabled': 'yes',
        'cluster-node-timeout': String(nodeTimeoutMs),
        // A replica takes over however long it was out of touch: there is nothing to lose here.
        'cluster-replica-validity-factor': '0',
      },
    }),
  });
}

async function joinNodes(nodes: readonly RedisServer[], replicasPerPrimary: number): Promise<void> {
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const replicas = ['--cluster-replicas', String(replicasPerPrimary)];
  await runProgram('redis-cli', ['--cluster', 'create', ...addresses, ...replicas, '--cluster-yes']);
}

async function waitUntilWhole(nodes: readonly RedisServer[], primaries: number): Promise<void> {
  await untilNothingIsMissing('the cluster should come up', async () => {
    const missing = await missingInCluster(nodes);
    if (missing !== undefined) return missing;
    const attached = await attachedReplicas(nodes);
    const expected = nodes.length - primaries;
    return attached === expected ? undefined : `${attached} of ${expected} replicas are attached`;
  });
}

/** As the primaries count them: a replica that still takes itself for a primary is not among them. */
async function attachedReplicas(nodes: readonly RedisServer[]): Promise<number> {
  const answers = await Promise.all(nodes.map((node) => node.cli('INFO', 'replication')));
  return answers.reduce((sum, answer) => sum + (answer.match(/^slave\d+:.*state=online/gm)?.length ?? 0), 0);
}

class StartedCluster implements RedisCluster {
  readonly nodes: readonly RedisServer[];
  readonly url: string;

  constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
    this.url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  primaryPorts(): Promise<readonly number[]> {
    return primaryPortsOf(this.nodes);
  }

  waitUntilOk(): Promise<void> {
    return untilNothingIsMissing('the cluster should be ok', () => missingInCluster(this.nodes));
  }

  stop(): Promise<void> {
    return stopAll(this.nodes);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
