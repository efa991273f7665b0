import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isJsonObject, parseJson, type Json } from '@cleanmiss/core';
import { projectStatePath } from '@cleanmiss/snapshot';
import type { RunReport } from './report.js';

/** One line of a project's history. */
export interface PastRun extends RunReport {
  /** ISO 8601, at the end of the run. */
  readonly time: string;
}

/** Beyond this the older half is dropped. */
const maxHistoryBytes = 512 * 1024;

/** Remembers a run for `why` and `stats`. Failing to is nobody's concern: the check has been answered. */
export function recordRun(root: string, report: RunReport, now: Date): void {
  const file = historyFile(root);
  try {
    appendFileSync(file, `${JSON.stringify({ time: now.toISOString(), ...report })}\n`, { mode: 0o600 });
    if (statSync(file).size > maxHistoryBytes) dropOlderHalf(file);
  } catch {
    // a read-only project, a full disk
  }
}

/** Oldest first; lines that are not understood are passed over. */
export function readHistory(root: string): readonly PastRun[] {
  return linesOf(historyFile(root)).flatMap((line) => {
    const run = parseJson(line);
    return isPastRun(run) ? [run] : [];
  });
}

function historyFile(root: string): string {
  return projectStatePath(root, 'history.jsonl');
}

/** Only we write there; a line that was cut off is no JSON. */
function isPastRun(value: Json | undefined): value is Json & PastRun {
  return isJsonObject(value) && typeof value['time'] === 'string' && isJsonObject(value['timings']);
}

/** Two processes that do this at once may lose a line. */
function dropOlderHalf(file: string): void {
  const lines = linesOf(file);
  writeFileSync(file, `${lines.slice(lines.length / 2).join('\n')}\n`, { mode: 0o600 });
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

export interface RunSummary {
  readonly runs: number;
  readonly hits: number;
  readonly partials: number;
  /** How many by reason. */
  readonly misses: Readonly<Record<string, number>>;
  readonly restoredBytes: number;
  readonly publishedBytes: number;
}

export function summarise(runs: readonly PastRun[]): RunSummary {
  const misses: Record<string, number> = {};
  for (const { outcome, reason } of runs) {
    if (outcome === 'miss' && reason) misses[reason] = (misses[reason] ?? 0) + 1;
  }
  return {
    runs: runs.length,
    hits: runs.filter(({ outcome }) => outcome === 'hit').length,
    partials: runs.filter(({ outcome }) => outcome === 'partial').length,
    misses,
    restoredBytes: runs.reduce((sum, { restored }) => sum + restored.bytes, 0),
    publishedBytes: runs.reduce((sum, { published }) => sum + published.bytes, 0),
  };
}
