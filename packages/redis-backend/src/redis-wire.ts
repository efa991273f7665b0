import type { RedisCommand, RedisNode, RedisReply } from './redis-node.js';

/** The way to one server, or to all of a cluster. Only primaries are asked: a replica may not have what we just wrote. */
export interface RedisWire {
  /** To the server that has the key. @throws {CacheError} `ERR_OUTAGE` */
  send(key: string, command: RedisCommand): Promise<RedisReply>;
  /** The names of all primaries, for what has to be asked of each. */
  readonly primaries: readonly string[];
  /** @throws {CacheError} `ERR_OUTAGE` */
  sendTo(primary: string, command: RedisCommand): Promise<RedisReply>;
}

/** One server that has all keys. */
export class SingleWire implements RedisWire {
  readonly primaries: readonly string[];
  readonly #node: RedisNode;

  constructor(node: RedisNode) {
    this.primaries = [node.name];
    this.#node = node;
  }

  send(_key: string, command: RedisCommand): Promise<RedisReply> {
    return this.#node.send(command);
  }

  sendTo(_primary: string, command: RedisCommand): Promise<RedisReply> {
    return this.#node.send(command);
  }
}
