import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunReport } from '@cleanmiss/runner';
import { run, start, type Ended, type ProcessOptions, type RunningProcess } from './processes.js';
import { repositoryRoot } from './repository-root.js';
import { TemporaryDirectory } from './temporary.js';

/** The command as a user starts it. */
export const cleanmissCommand: readonly string[] = commandOn(process.execPath);

export interface CheckOptions extends ProcessOptions {
  /** The project. */
  readonly cwd: string;
  /** The directory of the local store. */
  readonly store: string;
  /** Further options of `run`. */
  readonly options?: readonly string[];
  /** A command that starts the command after it: as another user, in another network. Default: none. */
  readonly under?: readonly string[];
  /** The Node that runs it. Default: the one that runs this. */
  readonly node?: string;
}

export interface Checked extends Ended {
  readonly report: RunReport;
}

/** Any verb, to its end. */
export function cleanmiss(args: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return run([...cleanmissCommand, ...args], options);
}

/** `cleanmiss run` to its end, with the report that it wrote. */
export async function check(command: readonly string[], options: CheckOptions): Promise<Checked> {
  // Not beside the store or the project: a test may have filled their disk.
  using place = new TemporaryDirectory();
  const report = join(place.path, 'report.json');
  // Maybe another user's to write.
  if (options.under) chmodSync(place.path, 0o777);
  const ended = await run(runCommand(command, options, report), options);
  return { ...ended, report: readReport(report, ended) };
}

/** `cleanmiss run`, started. */
export function startCheck(command: readonly string[], options: CheckOptions): RunningProcess {
  return start(runCommand(command, options), options);
}

/** Fails with what `verify` found, unless it found the store whole. There need be none yet, as that of a machine that is new. */
export async function assertStoreIsClean(store: string): Promise<void> {
  const ended = await cleanmiss(['verify', '--json'], { env: { CLEANMISS_LOCAL: store } });
  if (ended.code !== 0) throw new Error(`the store is damaged: ${ended.stdout}${ended.stderr}`);
}

/** How many slots of the project are in use. */
export async function slotsInUse(cwd: string, store: string): Promise<number> {
  const { stdout } = await cleanmiss(['stats', '--json'], { cwd, env: { CLEANMISS_LOCAL: store } });
  const { slots } = JSON.parse(stdout) as { slots: readonly { readonly leased: boolean }[] };
  return slots.filter(({ leased }) => leased).length;
}

function runCommand(
  command: readonly string[],
  { store, options = [], under = [], node = process.execPath }: CheckOptions,
  report?: string,
): readonly string[] {
  const reporting = report === undefined ? [] : ['--report', report];
  return [...under, ...commandOn(node), 'run', '--local', store, ...reporting, ...options, '--', ...command];
}

function commandOn(node: string): readonly string[] {
  return [node, join(repositoryRoot, 'packages', 'cli', 'bin', 'cleanmiss.js')];
}

function readReport(path: string, { stdout, stderr }: Ended): RunReport {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunReport;
  } catch (cause) {
    throw new Error(`cleanmiss wrote no report:\n${stdout}${stderr}`, { cause });
  }
}
