import { randomUUID } from 'node:crypto';
import type { CallOptions, Clock } from '@cleanmiss/core';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { replyCodeOf } from './redis-outage.js';
import type { RedisCommand, RedisReply } from './redis-node.js';
import type { RedisTarget } from './redis-url.js';
import type { RedisWire } from './redis-wire.js';

/** What there is to know of a server before relying on it. What its user may not ask is `undefined`. */
export interface RedisFacts {
  readonly mode: RedisTarget['mode'];
  /** The oldest of a cluster's. */
  readonly version: string | undefined;
  /** Median of five PINGs to each primary, on the slowest one. */
  readonly roundTripMs: number;
  /** Of all primaries together; 0: no limit. */
  readonly maxmemoryBytes: number | undefined;
  /** Where the primaries differ, all there are, with commas. */
  readonly maxmemoryPolicy: string | undefined;
  readonly usedMemoryBytes: number | undefined;
  /** How far the server's clock is ahead of ours, half the round trip allowed for; of a cluster, the farthest. */
  readonly clockSkewMs: number | undefined;
  /** Found out by doing all that a writer does, with a key of its own. */
  readonly canWrite: boolean;
  /** Why not. */
  readonly why?: string;
}

export interface RedisProbeOptions {
  readonly control: RedisConnection;
  readonly keys: RedisKeys;
  readonly mode: RedisTarget['mode'];
  readonly clock: Clock;
}

const infoBytes = 64 * 1024;
const pings = 5;
const probeTtlMs = 60_000;

/** @throws {CacheError} `ERR_OUTAGE` where nobody answers */
export async function probeRedis(
  { control, keys, mode, clock }: RedisProbeOptions,
  options?: CallOptions,
): Promise<RedisFacts> {
  const key = keys.probe(randomUUID());
  return control.call(options, infoBytes, async (wire) => {
    const servers: ServerFacts[] = [];
    for (const primary of wire.primaries) servers.push(await factsOf(wire, primary, clock));
    return { mode, ...combined(servers), ...(await tryWriting(wire, key)) };
  });
}

interface ServerFacts {
  readonly roundTripMs: number;
  readonly info: ReadonlyMap<string, string> | undefined;
  readonly clockSkewMs: number | undefined;
}

async function factsOf(wire: RedisWire, primary: string, clock: Clock): Promise<ServerFacts> {
  const roundTripMs = await measureRoundTrip(wire, primary);
  const info = await unlessRefused(() => wire.sendTo(primary, ['INFO']));
  const time = await unlessRefused(() => wire.sendTo(primary, ['TIME']));
  const now = clock.now();
  return {
    roundTripMs,
    info: info === undefined ? undefined : fieldsOf(String(info)),
    clockSkewMs: Array.isArray(time) ? msOf(time as RedisReply[]) + roundTripMs / 2 - now : undefined,
  };
}

async function measureRoundTrip(wire: RedisWire, primary: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < pings; i++) {
    const begin = performance.now();
    await unlessRefused(() => wire.sendTo(primary, ['PING']));
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[Math.floor(pings / 2)]!;
}

/** `undefined` for what this user may not do, and for what this server does not know. */
async function unlessRefused(step: () => Promise<RedisReply>): Promise<RedisReply | undefined> {
  try {
    return await step();
  } catch (error) {
    if (['NOPERM', 'ERR'].includes(replyCodeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** INFO: lines of `name:value`, and headings. */
function fieldsOf(info: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of info.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** TIME: seconds and microseconds. */
function msOf([seconds, micros]: readonly RedisReply[]): number {
  return Number(String(seconds)) * 1000 + Number(String(micros)) / 1000;
}

function combined(servers: readonly ServerFacts[]): Omit<RedisFacts, 'mode' | 'canWrite' | 'why'> {
  const field = (name: string) => servers.flatMap(({ info }) => info?.get(name) ?? []);
  const total = (name: string) => {
    const values = field(name).map(Number);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b);
  };
  const skews = servers.flatMap(({ clockSkewMs }) => clockSkewMs ?? []);
  const policies = [...new Set(field('maxmemory_policy'))];
  return {
    version: field('redis_version').sort(byVersion)[0],
    roundTripMs: Math.max(...servers.map(({ roundTripMs }) => roundTripMs)),
    maxmemoryBytes: total('maxmemory'),
    maxmemoryPolicy: policies.length === 0 ? undefined : policies.join(', '),
    usedMemoryBytes: total('used_memory'),
    clockSkewMs: skews.sort((a, b) => Math.abs(b) - Math.abs(a))[0],
  };
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Each command that the stores use. Whatever is refused, the key is gone in a minute. */
async function tryWriting(wire: RedisWire, key: string): Promise<Pick<RedisFacts, 'canWrite' | 'why'>> {
  const commands: readonly RedisCommand[] = [
    ['SET', key, 'probe', 'PX', String(probeTtlMs)],
    ['GET', key],
    ['GETRANGE', key, '0', '1'],
    ['PEXPIRE', key, String(probeTtlMs)],
    ['EVAL', "return redis.sha1hex(redis.call('GET', KEYS[1]))", '1', key],
    ['UNLINK', key],
  ];
  let why: string | undefined;
  for (const command of commands) why ??= await refusalOf(wire, key, command);
  return why === undefined ? { canWrite: true } : { canWrite: false, why };
}

async function refusalOf(wire: RedisWire, key: string, command: RedisCommand): Promise<string | undefined> {
  try {
    await wire.send(key, command);
    return undefined;
  } catch (error) {
    if (replyCodeOf(error) === undefined) throw error;
    return `${String(command[0])} is refused: ${(error as Error).message}`;
  }
}
