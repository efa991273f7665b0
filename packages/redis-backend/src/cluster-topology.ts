import { slotCount } from './cluster-slot.js';
import { redisOutage } from './redis-outage.js';
import type { RedisReply } from './redis-node.js';
import type { HostAndPort } from './redis-hosts.js';

/** Which primary has which slot. */
export type SlotTable = readonly (HostAndPort | undefined)[];

/**
 * Reads the answer to CLUSTER SLOTS: `[from, to, [host, port, ...], replicas...]` each. A node that does not know its
 * own name is the one that we asked.
 *
 * @throws {CacheError} `ERR_OUTAGE`
 */
export function slotTableOf(reply: RedisReply, asked: HostAndPort, name: string): SlotTable {
  const table = new Array<HostAndPort | undefined>(slotCount).fill(undefined);
  for (const range of listOf(reply)) {
    const [from, to, primary] = listOf(range);
    const [host, port] = listOf(primary ?? null);
    if (typeof from !== 'number' || typeof to !== 'number' || typeof port !== 'number') {
      throw redisOutage(name, 'it does not say who has which keys');
    }
    table.fill({ host: hostOr(asked.host, String(host ?? '')), port }, from, to + 1);
  }
  return table;
}

/** `MOVED 3999 127.0.0.1:6381`, `ASK 3999 [::1]:6381`, `MOVED 3999 :6381` (the same host). */
export function redirectTargetOf(message: string, asked: HostAndPort): HostAndPort | undefined {
  const [, host = '', port] = /^(?:MOVED|ASK) \d+ (.*):(\d+)$/.exec(message) ?? [];
  if (port === undefined) return undefined;
  return { host: hostOr(asked.host, host.replace(/^\[(.*)\]$/, '$1')), port: Number(port) };
}

function hostOr(asked: string, host: string): string {
  return host === '' || host === '?' ? asked : host;
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  return Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
}
