import { firstOf } from './first-of.js';
import type { OpenWireOptions } from './open-wire.js';
import { redisOutage, replyCodeOf } from './redis-outage.js';
import type { HostAndPort } from './redis-hosts.js';
import { RedisNode, type RedisReply } from './redis-node.js';
import type { RedisTarget } from './redis-url.js';

type SentinelTarget = Extract<RedisTarget, { mode: 'sentinel' }>;

/** What the first sentinel that answers says of where the primary is. @throws {CacheError} `ERR_OUTAGE` */
export function findPrimary(target: SentinelTarget, options: OpenWireOptions): Promise<HostAndPort> {
  return firstOf(target.sentinels, options.life, async (sentinel, life) => {
    const { name, reply } = await ask(sentinel, target, { ...options, life });
    const [host, port] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    if (!(host instanceof Buffer) || !(port instanceof Buffer)) {
      throw redisOutage(name, 'this sentinel does not know the primary of that name');
    }
    return { host: host.toString(), port: Number(port.toString()) };
  });
}

/** A sentinel may be late to learn of a failover, and what it calls the primary be a replica by now. */
export async function expectPrimary(node: RedisNode): Promise<void> {
  let role: RedisReply;
  try {
    role = await node.send(['ROLE']);
  } catch (error) {
    // A user who may not ask finds out when the first write is refused.
    if (replyCodeOf(error) === 'NOPERM') return;
    throw error;
  }
  const [kind] = Array.isArray(role) ? (role as readonly RedisReply[]) : [];
  if (String(kind) !== 'master') throw redisOutage(node.name, 'it is no primary (any more)');
}

type SentinelOptions = Pick<OpenWireOptions, 'tls' | 'connectTimeoutMs' | 'sockets' | 'life'>;

/** Sentinels mostly have no users, and refuse a password that they did not ask for: it is told only to those who do. */
async function ask(sentinel: HostAndPort, target: SentinelTarget, options: SentinelOptions): Promise<Answer> {
  const { tls, connectTimeoutMs, sockets, life } = options;
  const common = { tls, connectTimeoutMs, sockets, life };
  try {
    return await askOnce(sentinel, target, common);
  } catch (error) {
    if (replyCodeOf(error) !== 'NOAUTH') throw error;
    const { user, password } = target;
    return askOnce(sentinel, target, { ...common, user, password });
  }
}

interface Answer {
  readonly name: string;
  readonly reply: RedisReply;
}

async function askOnce(
  sentinel: HostAndPort,
  { primaryName }: SentinelTarget,
  options: Parameters<typeof RedisNode.open>[1],
): Promise<Answer> {
  const node = await RedisNode.open(sentinel, options);
  try {
    return {
      name: node.name,
      reply: await node.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primaryName]),
    };
  } finally {
    node.close();
  }
}
