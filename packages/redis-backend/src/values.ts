import { replyCodeOf } from './redis-outage.js';
import type { RedisCommand } from './redis-node.js';
import type { RedisWire } from './redis-wire.js';

/**
 * The bytes under a key. Of what is no string (somebody put a list there) an empty value, which is none of ours: it is
 * damage, and no outage.
 */
export function getValue(wire: RedisWire, key: string): Promise<Buffer | undefined> {
  return read(wire, key, ['GET', key]);
}

/** The first bytes under a key; none where there is nothing. */
export async function getHead(wire: RedisWire, key: string, bytes: number): Promise<Buffer> {
  return (await read(wire, key, ['GETRANGE', key, '0', String(bytes - 1)])) ?? Buffer.alloc(0);
}

export async function setValue(wire: RedisWire, key: string, value: Buffer, ttlMs: number): Promise<void> {
  await wire.send(key, ['SET', key, value, 'PX', String(ttlMs)]);
}

/** True where the key is there; then it stays for so long from now on. */
export async function renewValue(wire: RedisWire, key: string, ttlMs: number): Promise<boolean> {
  return (await wire.send(key, ['PEXPIRE', key, String(ttlMs)])) === 1;
}

export async function hasValue(wire: RedisWire, key: string): Promise<boolean> {
  return (await wire.send(key, ['EXISTS', key])) === 1;
}

/** In the background of the server: a long value does not hold it up. */
export async function unlinkValue(wire: RedisWire, key: string): Promise<void> {
  await wire.send(key, ['UNLINK', key]);
}

async function read(wire: RedisWire, key: string, command: RedisCommand): Promise<Buffer | undefined> {
  try {
    const value = await wire.send(key, command);
    return value instanceof Buffer ? value : undefined;
  } catch (error) {
    if (replyCodeOf(error) === 'WRONGTYPE') return Buffer.alloc(0);
    throw error;
  }
}
