import { parseClusterNodes, SLOT_COUNT } from './cluster-view.js';
import type { RedisServer } from './redis-server.js';

/** What is missing before every slot is served by a running node and every running replica follows its primary. */
export async function missingInCluster(nodes: readonly RedisServer[]): Promise<string | undefined> {
  const running = nodes.filter((node) => node.isRunning);
  if (running.length === 0) return 'no node is running';
  // A node may be killed while it is asked.
  const answers = await Promise.all(
    running.map((node) => missingAt(node, running).catch((error: unknown) => String(error))),
  );
  return answers.find((missing) => missing !== undefined);
}

/** The ports of the running primaries that serve slots, as the first running node sees it. */
export async function primaryPortsOf(nodes: readonly RedisServer[]): Promise<readonly number[]> {
  const running = nodes.filter((node) => node.isRunning);
  const [first] = running;
  if (first === undefined) return [];
  return (await servingPrimaries(first, running)).map(({ port }) => port);
}

async function missingAt(node: RedisServer, running: readonly RedisServer[]): Promise<string | undefined> {
  const info = await node.cli('CLUSTER', 'INFO');
  if (!info.includes('cluster_state:ok')) return `${node.port} does not find the cluster ok`;
  // Right after a kill the others have not noticed it yet: they still count the slots of the dead.
  const primaries = await servingPrimaries(node, running);
  const slots = primaries.reduce((sum, { slotCount }) => sum + slotCount, 0);
  if (slots !== SLOT_COUNT) return `${node.port} knows running primaries of ${slots} slots only`;
  const replication = await node.cli('INFO', 'replication');
  if (replication.includes('role:slave') && !replication.includes('master_link_status:up'))
    return `replica ${node.port} is not in step with its primary`;
  return undefined;
}

async function servingPrimaries(
  node: RedisServer,
  running: readonly RedisServer[],
): Promise<readonly { readonly port: number; readonly slotCount: number }[]> {
  const members = parseClusterNodes(await node.cli('CLUSTER', 'NODES'));
  return members.filter(
    ({ port, isPrimary, isDoubtful, slotCount }) =>
      isPrimary && !isDoubtful && slotCount > 0 && running.some((each) => each.port === port),
  );
}
