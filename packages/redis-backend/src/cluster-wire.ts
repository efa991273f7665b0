import type { CacheError } from '@cleanmiss/core';
import { slotOf } from './cluster-slot.js';
import { redirectTargetOf, slotTableOf, type SlotTable } from './cluster-topology.js';
import { redisOutage, replyCodeOf } from './redis-outage.js';
import type { RedisCommand, RedisNode, RedisReply } from './redis-node.js';
import type { HostAndPort } from './redis-hosts.js';
import { addressName } from './redis-url.js';
import type { RedisWire } from './redis-wire.js';

/** A resharding moves a key once; more than this is a cluster that does not agree with itself. */
const maxRedirects = 5;

export type OpenNode = (address: HostAndPort) => Promise<RedisNode>;

/**
 * A cluster, over one connection to each primary that is needed. Follows the keys that move while it is open. When a
 * primary fails, so does everything that is asked of it; whoever opens the cluster anew finds its successor.
 * (The library's own cluster client does not give up its sockets, and neither of what it opened in vain.)
 */
export class ClusterWire implements RedisWire {
  readonly primaries: readonly string[];
  readonly #openNode: OpenNode;
  readonly #slots: (HostAndPort | undefined)[];
  readonly #nodes = new Map<string, Promise<RedisNode>>();
  readonly #addresses = new Map<string, HostAndPort>();

  /** @throws {CacheError} `ERR_OUTAGE` */
  static async open(asked: HostAndPort, seed: RedisNode, openNode: OpenNode): Promise<ClusterWire> {
    const reply = await seed.send(['CLUSTER', 'SLOTS']);
    return new ClusterWire(slotTableOf(reply, asked, seed.name), openNode);
  }

  private constructor(slots: SlotTable, openNode: OpenNode) {
    this.#slots = [...slots];
    this.#openNode = openNode;
    for (const address of new Set(slots)) {
      if (address) this.#addresses.set(addressName(address), address);
    }
    this.primaries = [...this.#addresses.keys()];
  }

  async send(key: string, command: RedisCommand): Promise<RedisReply> {
    const slot = slotOf(key);
    let address = this.#slots[slot];
    let asking = false;
    for (let redirects = 0; address && redirects <= maxRedirects; redirects++) {
      const node = await this.#node(address);
      try {
        return await (asking ? sendAsking(node, command) : node.send(command));
      } catch (error) {
        const code = replyCodeOf(error);
        if (code !== 'MOVED' && code !== 'ASK') throw error;
        asking = code === 'ASK';
        address = redirectTargetOf(((error as CacheError).cause as Error).message, address);
        if (!asking) this.#slots[slot] = address;
      }
    }
    throw redisOutage(this.primaries.join(','), 'no primary of the cluster has this key');
  }

  async sendTo(primary: string, command: RedisCommand): Promise<RedisReply> {
    const node = await this.#node(this.#addresses.get(primary)!);
    return node.send(command);
  }

  #node(address: HostAndPort): Promise<RedisNode> {
    const name = addressName(address);
    const known = this.#nodes.get(name);
    if (known) return known;
    const opening = this.#openNode(address);
    this.#nodes.set(name, opening);
    return opening;
  }
}

/** Together, so that nobody else's command comes between the two: ASKING holds for the next one alone. */
async function sendAsking(node: RedisNode, command: RedisCommand): Promise<RedisReply> {
  const [, reply] = await Promise.all([node.send(['ASKING']), node.send(command)]);
  return reply;
}
