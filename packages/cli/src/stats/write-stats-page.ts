import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { countedRuns, type PastRun, type RunStats } from '@cleanmiss/runner';
import { UsageError, type VerbInput } from '../verb.js';
import { statsPage } from './stats-page.js';

interface StatsPageInput {
  readonly root: string;
  readonly history: readonly PastRun[];
  readonly since: number;
  readonly stats: RunStats;
  readonly now: number;
}

/** @throws {UsageError} where the file cannot be written */
export function writeStatsPage(
  file: string,
  { cwd, terminal }: VerbInput,
  { root, history, since, stats, now }: StatsPageInput,
): void {
  const counted = countedRuns(history, since);
  const page = statsPage({ project: basename(root), counted, stats, made: new Date(now) });
  const path = resolve(cwd, file);
  // Whoever reads it while it is made anew sees the old one or the new one.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, page, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UsageError(`the page cannot be written to ${path}: ${(error as Error).message}`);
  }
  terminal.warn(`the page is in ${path}`);
}
