import { freePort } from './free-port.js';
import type { RedisServer } from './redis-server.js';
import { settingsForTests } from './redis-settings.js';
import { missingAtSentinel, primaryPortAt } from './sentinel-view.js';
import { startAll, stopAll } from './start-all.js';
import { startRedis } from './start-redis.js';
import { startServer } from './start-server.js';
import { untilNothingIsMissing } from './until.js';

const MASTER_NAME = 'cleanmiss';
const SENTINEL_COUNT = 3;

/** A primary and a replica, watched by three sentinels, two of which decide on a failover. */
export interface RedisSentinel extends AsyncDisposable {
  /** `redis+sentinel://127.0.0.1:S1,127.0.0.1:S2,127.0.0.1:S3/cleanmiss`: the path is the name of the master. */
  readonly url: string;
  /** What was the primary at the start. */
  readonly primary: RedisServer;
  /** What was the replica at the start. */
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** The port of the primary now, as the first running sentinel sees it. */
  primaryPort(): Promise<number>;
  /** Kills them all and removes their directories. A second call does nothing. */
  stop(): Promise<void>;
}

/** Resolves when all sentinels agree on the primary and know its replica and each other. Takes a few seconds. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  const started: RedisServer[] = [];
  try {
    const primary = await startRedis();
    started.push(primary);
    const replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${primary.port}` } });
    started.push(replica);
    await waitForReplica(replica);
    const sentinels = await startAll(SENTINEL_COUNT, () => startSentinel(primary));
    started.push(...sentinels);
    await waitForAgreement(sentinels, primary);
    return new StartedSentinel(primary, replica, sentinels);
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

function startSentinel(primary: RedisServer): Promise<RedisServer> {
  return startServer({
    choosePort: freePort,
    plan: (directory, port) => ({
      settings: { ...settingsForTests(directory), port: String(port) },
      lines: [
        `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${primary.port} 2`,
        `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
        `sentinel failover-timeout ${MASTER_NAME} 5000`,
      ],
      args: ['--sentinel'],
    }),
  });
}

function waitForReplica(replica: RedisServer): Promise<void> {
  return untilNothingIsMissing('the replica should attach', async () => {
    const answer = await replica.cli('INFO', 'replication');
    return answer.includes('master_link_status:up') ? undefined : answer;
  });
}

function waitForAgreement(sentinels: readonly RedisServer[], primary: RedisServer): Promise<void> {
  const expected = { name: MASTER_NAME, port: primary.port, sentinels: SENTINEL_COUNT };
  return untilNothingIsMissing('the sentinels should agree', async () => {
    const answers = await Promise.all(sentinels.map((sentinel) => missingAtSentinel(sentinel, expected)));
    return answers.find((missing) => missing !== undefined);
  });
}

class StartedSentinel implements RedisSentinel {
  readonly url: string;

  constructor(
    readonly primary: RedisServer,
    readonly replica: RedisServer,
    readonly sentinels: readonly RedisServer[],
  ) {
    const addresses = sentinels.map(({ port }) => `127.0.0.1:${port}`);
    this.url = `redis+sentinel://${addresses.join(',')}/${MASTER_NAME}`;
  }

  primaryPort(): Promise<number> {
    return primaryPortAt(this.sentinels, MASTER_NAME);
  }

  stop(): Promise<void> {
    return stopAll([...this.sentinels, this.replica, this.primary]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
