import { onAbort } from './abort.js';
import type { ConnectionOptions } from 'node:tls';
import { ClusterWire } from './cluster-wire.js';
import { firstOf } from './first-of.js';
import { RedisNode } from './redis-node.js';
import type { RedisSockets } from './redis-sockets.js';
import type { RedisAddress, RedisTarget } from './redis-url.js';
import { SingleWire, type RedisWire } from './redis-wire.js';
import { expectPrimary, findPrimary } from './sentinel.js';

export interface OpenWireOptions {
  readonly target: RedisTarget;
  /** Default: no TLS. */
  readonly tls: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
  readonly sockets: RedisSockets;
  /** Ends everything that is opened. */
  readonly life: AbortSignal;
  /** Told when a connection that was open has ended. */
  readonly onBroken: (reason: unknown) => void;
}

/** @throws {CacheError} `ERR_OUTAGE` */
export async function openWire(options: OpenWireOptions): Promise<RedisWire> {
  const { target } = options;
  switch (target.mode) {
    case 'standalone':
      return new SingleWire(await openLasting(target.address, options));
    case 'sentinel': {
      const node = await openLasting(await findPrimary(target, options), options);
      await expectPrimary(node);
      return new SingleWire(node);
    }
    case 'cluster':
      return firstOf(target.nodes, options.life, async (address, life) => {
        const seed = await openNode(address, options, life);
        const wire = await ClusterWire.open(address, seed, (node) => openLasting(node, options));
        seed.close();
        return wire;
      });
  }
}

/** One whose end is the end of the whole wire, also if it never begins. */
async function openLasting(address: RedisAddress, options: OpenWireOptions): Promise<RedisNode> {
  try {
    const node = await openNode(address, options, options.life);
    onAbort(node.broken, () => options.onBroken(node.broken.reason), options.life);
    return node;
  } catch (error) {
    options.onBroken(error);
    throw error;
  }
}

function openNode(address: RedisAddress, options: OpenWireOptions, life: AbortSignal): Promise<RedisNode> {
  const { target, tls, connectTimeoutMs, sockets } = options;
  const { user, password, db } = target;
  return RedisNode.open(address, { user, password, db, tls, connectTimeoutMs, sockets, life });
}
