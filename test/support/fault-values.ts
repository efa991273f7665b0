import { decodeMeta, loadChecksum } from '@cleanmiss/core';
import type { RedisServer } from '@cleanmiss/redis-fixture';

/** The names of what a team has in Redis, by what it is. */
export interface StoredKeys {
  readonly refs: readonly string[];
  readonly snapshots: readonly string[];
  /** Pages of manifests. */
  readonly pages: readonly string[];
  /** All other blobs. */
  readonly contents: readonly string[];
}

export async function storedKeys(server: RedisServer): Promise<StoredKeys> {
  const names = (await server.cli('--scan', '--pattern', 'cleanmiss:*')).split('\n').sort();
  const checksumOf = await loadChecksum();
  const found = { refs: [] as string[], snapshots: [] as string[], pages: [] as string[] };
  for (const name of names.filter((each) => each.includes(':m:'))) {
    const decoded = decodeMeta(Buffer.from(await server.cli('GET', name)), checksumOf);
    if (!decoded.ok) throw new Error(`${name} holds no meta: ${decoded.reason}`);
    const { key, blobs } = decoded.meta;
    if ((key as { readonly type?: string }).type !== 'snapshot') found.refs.push(name);
    else {
      found.snapshots.push(name);
      const prefix = name.replace(/:m:.*/, ':b:');
      found.pages.push(...[...blobs.values()].map(({ digest }) => prefix + digest));
    }
  }
  const contents = names.filter((name) => name.includes(':b:') && !found.pages.includes(name));
  return { ...found, contents };
}

export async function removeValues(server: RedisServer, keys: readonly string[]): Promise<void> {
  const count = await server.cli('DEL', ...keys);
  if (Number(count) !== keys.length) throw new Error(`not all was there to be removed: ${count}`);
}

/** What is done to one value, in Lua, inside the server: bytes do not come through a terminal unharmed. */
export type ValueDamage = keyof typeof bodies;

const bodies = {
  flip: `local at = math.floor(#value / 2) + 1
    return value:sub(1, at - 1) .. string.char(bit.bxor(value:byte(at), 64)) .. value:sub(at + 1)`,
  truncate: 'return value:sub(1, math.floor(#value / 2))',
  swap: 'return other',
  // A header as it should be, then content of the right length that is stored as it is: only a hash can tell.
  forge: `local size = 0
    for at = 7, 12 do size = size * 256 + value:byte(at) end
    return value:sub(1, 1) .. string.char(0) .. value:sub(3, 3) .. string.char(255) .. value:sub(5, 16) .. string.rep('x', size)`,
};

/** `other`: the key whose value `swap` takes. Lifetimes stay as they are. */
export async function damageValues(
  server: RedisServer,
  keys: readonly string[],
  damage: ValueDamage,
  other: string = keys[0]!,
): Promise<void> {
  const script = `
    local other = redis.call('GET', ARGV[1])
    local function damaged(value) ${bodies[damage]} end
    for _, key in ipairs(KEYS) do redis.call('SET', key, damaged(redis.call('GET', key)), 'KEEPTTL') end
    return #KEYS`;
  const count = await server.cli('EVAL', script, String(keys.length), ...keys, other);
  if (Number(count) !== keys.length) throw new Error(`the damage was not done: ${count}`);
}
