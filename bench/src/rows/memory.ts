import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { loadConfig, openCache } from '@cleanmiss/open-cache';
import { startRedis } from '@cleanmiss/redis-fixture';
import type { RunOrder, RunResult } from '../children/run-process.js';
import { largeStateNote, writeLargeState, type LargeState } from '../corpus/large-state.js';
import { layoutOf } from '../corpus/layout.js';
import { isAtMost } from '../measuring/goals.js';
import type { Bench, Figure, Row, RowResult } from '../row.js';
import { RunWithoutChecker } from '../runs/run-without-checker.js';
import { expectEqual, expectSameFiles } from './scale/states.js';

export const memory: Row = {
  number: 10,
  work: 'memory: the most that a process holds which restores a large state',
  measure,
};

/** Of a process, as the operating system counts. */
const maxMB = 200;

const runFile = promisify(execFile);
const script = fileURLToPath(new URL('../children/run-process.js', import.meta.url));

/** The state, where it was published from, and where it can be had. */
interface Published {
  readonly state: LargeState;
  readonly stateDir: string;
  readonly local: string;
}

interface Source {
  readonly name: string;
  /** This machine's store; an empty one where it is missing. */
  readonly local?: string;
  readonly remote?: string;
}

async function measure(bench: Bench): Promise<RowResult> {
  await using redis = await startRedis();
  const scratch = bench.folder();
  try {
    const folder = join(scratch, 'shared');
    mkdirSync(folder);
    const shared = pathToFileURL(folder).href;
    const published = await publish(bench, scratch, [shared, redis.url]);
    const sources = [
      { name: "this machine's store", local: published.local },
      { name: 'a shared folder', remote: shared },
      { name: 'Redis', remote: redis.url },
    ];
    const figures: Figure[] = [];
    for (const source of sources) figures.push(...(await measureSource(bench, source, published)));
    return {
      figures,
      goals: sources.map(({ name }) => isAtMost(figures, wholeRun(name), maxMB)),
      notes: notesOf(published),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function notesOf({ state: { bytes, paths } }: Published): readonly string[] {
  return [
    `The state: ${(bytes / 1e6).toFixed(0)} MB in ${String(paths.length)} files. From a remote it comes into an empty store of this machine.`,
    largeStateNote,
    'restored: until the checker would start. whole run: what comes beside the checker and after it as well.',
  ];
}

/** A run of a checker that leaves the whole state; it is stored here, and told to the remotes. */
async function publish(bench: Bench, scratch: string, remotes: readonly string[]): Promise<Published> {
  const [root, local] = [join(scratch, 'project'), join(scratch, 'store')];
  mkdirSync(root);
  const flags = { local, remote: remotes.join(' ') };
  const config = loadConfig({ root, cwd: root, env: {}, flags });
  const opened = openCache(config, { root, isWaitedFor: false });
  try {
    const layout = await layoutOf(bench.project, scratch);
    using run = await RunWithoutChecker.start({ root, layout, opened });
    const { stateDir } = run;
    await run.prepare();
    const wanted = bench.isSmall ? 100e6 : 1e9;
    const isEnough = ({ bytes }: LargeState) => bytes >= wanted;
    const state = writeLargeState({ corpus: await bench.corpus(), layout, directory: stateDir, isEnough });
    bench.say(`publishing ${String(state.paths.length)} files, ${(state.bytes / 1e6).toFixed(0)} MB`);
    expectEqual('files published', (await run.afterChecker()).files, state.paths.length);
    for (const remote of opened.remotes) {
      await remote.drain(opened.local);
      expectEqual(`to be told to ${remote.name}`, remote.hasBacklog(), false);
    }
    return { state, stateDir, local };
  } finally {
    opened.close();
  }
}

/** Once: it hardly differs from one time to the next. */
async function measureSource(bench: Bench, source: Source, published: Published): Promise<readonly Figure[]> {
  const { peakBytesBefore, peakBytes } = await restore(bench, source, published);
  return [
    { name: `${source.name}, restored`, unit: 'MB', samples: [peakBytesBefore / 1e6] },
    { name: wholeRun(source.name), unit: 'MB', samples: [peakBytes / 1e6] },
  ];
}

function wholeRun(source: string): string {
  return `${source}, whole run`;
}

async function restore(bench: Bench, source: Source, { state, stateDir }: Published): Promise<RunResult> {
  const scratch = bench.folder();
  try {
    const root = join(scratch, 'project');
    mkdirSync(root);
    const local = source.local ?? join(scratch, 'store');
    const order: RunOrder = { root, project: bench.project, local, remote: source.remote };
    const { stdout } = await runFile(process.execPath, [script, JSON.stringify(order)]);
    const result = JSON.parse(stdout) as RunResult;
    expectEqual('files restored', result.restoredFiles, state.paths.length);
    expectSameFiles(state.paths, stateDir, result.stateDir);
    return result;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
