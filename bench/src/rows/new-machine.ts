import { pathToFileURL } from 'node:url';
import type { Checked } from '@cleanmiss/integration-tests/support';
import { startRedis, type RedisServer } from '@cleanmiss/redis-fixture';
import { coldMypy, fromArchive, onFullStore, onNewMachine, warmMypy } from '../checking/first-checks.js';
import { firstMachine } from '../checking/first-machine.js';
import { serveArchives } from '../checking/served-archives.js';
import { archiveState, hasProgram, packings, type StateArchive } from '../checking/state-archive.js';
import { alternate, type Contestant } from '../measuring/alternate.js';
import { atMostTimes, fastestOf, timesFaster } from '../measuring/goals.js';
import type { Measure } from '../measuring/in-rounds.js';
import { keyOf, RawRedis } from '../peers/raw-redis.js';
import type { Bench, Figure, Goal, Row, RowResult } from '../row.js';

export const newMachineFiles: Row = {
  number: 6,
  work: 'the first check of a fresh checkout, from files',
  measure: withFiles,
};

export const newMachineRedis: Row = {
  number: 7,
  work: 'the first check of a fresh checkout on a new machine, from Redis on this machine',
  measure: withRedis,
};

async function withFiles(bench: Bench): Promise<RowResult> {
  const alone = await bench.mypyAlone();
  const shared = pathToFileURL(bench.folder()).href;
  const full = await firstMachine(bench, shared);
  const ours = [
    onFullStore(bench, alone, full),
    onNewMachine(bench, alone, 'cleanmiss, shared directory', shared),
  ];
  const archives = archivesOf(bench, alone.checkout).map(({ packing, path }) =>
    fromArchive(bench, alone, {
      name: `${packing.suffix}, then mypy`,
      unpack: `tar ${packing.option} -xf "$ARCHIVE"`,
      env: { ARCHIVE: path },
    }),
  );
  const others = [warmMypy(alone), coldMypy(bench, alone), ...archives];
  const figures = await alternate([...ours, ...others], bench.rounds);
  return { figures, goals: ours.flatMap(({ name }) => goalsOf(figures, name, archives, 1.6)) };
}

async function withRedis(bench: Bench): Promise<RowResult> {
  await using redis = await startRedis();
  const alone = await bench.mypyAlone();
  await firstMachine(bench, redis.url);
  const archives = archivesOf(bench, alone.checkout);
  await putInRedis(redis, archives);
  await using http = await serveArchives(archives);
  const fetched = archives.flatMap((archive) => [
    fromArchive(bench, alone, inRedis(archive, redis)),
    ...(hasProgram('curl') ? [fromArchive(bench, alone, byHttp(archive, http.url))] : []),
  ]);
  const ours = { ...onNewMachine(bench, alone, 'cleanmiss, Redis', redis.url), besides: receivedBytes };
  const others = [warmMypy(alone), coldMypy(bench, alone), ...fetched];
  const figures = await alternate([ours, ...others], bench.rounds);
  const sizes = archives.map(({ packing, bytes }) => `${packing.suffix} ${String(bytes.length)} bytes`);
  return {
    figures,
    goals: goalsOf(figures, ours.name, fetched, 2),
    notes: [`The archives: ${sizes.join(', ')}.`],
  };
}

function receivedBytes(outcome: unknown): readonly Measure[] {
  const { remoteBytes } = (outcome as Checked).report.restored;
  return [{ name: 'cleanmiss, received', unit: 'bytes', value: remoteBytes }];
}

function goalsOf(
  figures: readonly Figure[],
  ours: string,
  archives: readonly Contestant[],
  timesWarm: number,
): readonly Goal[] {
  const fastest = fastestOf(figures, ...archives.map(({ name }) => name));
  return [
    atMostTimes(figures, ours, 'mypy, warm', timesWarm),
    timesFaster(figures, ours, 'mypy, cold', 20),
    atMostTimes(figures, ours, fastest, 1),
  ];
}

function archivesOf(bench: Bench, checkout: string): readonly StateArchive[] {
  const folder = bench.folder();
  return packings().map((packing) => archiveState(packing, checkout, folder));
}

async function putInRedis({ url }: RedisServer, archives: readonly StateArchive[]): Promise<void> {
  await using raw = await RawRedis.open(url);
  await raw.write({ files: archives.map(({ packing, bytes }) => ({ path: packing.suffix, bytes })) });
}

/** Unpacked while it arrives. */
function inRedis({ packing }: StateArchive, { port }: RedisServer) {
  return {
    name: `${packing.suffix} in Redis, then mypy`,
    // Without the line break that redis-cli adds.
    unpack: `redis-cli -p "$PORT" --raw -D "" GET "$KEY" | tar ${packing.option} -x`,
    env: { PORT: String(port), KEY: keyOf(packing.suffix) },
  };
}

function byHttp({ packing }: StateArchive, url: string) {
  return {
    name: `${packing.suffix} by HTTP, then mypy`,
    unpack: `curl --silent --fail "$URL" | tar ${packing.option} -x`,
    env: { URL: `${url}/${packing.suffix}` },
  };
}
