import { dirname } from 'node:path';
import { isJsonObject, missReasons, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import {
  appendToOwnFile,
  isOwnDirectory,
  projectStatePath,
  readOwnFile,
  replaceFile,
} from '@cleanmiss/snapshot';
import type { RunReport } from './report.js';

/** One line of a project's history. */
export interface PastRun extends RunReport {
  /** ISO 8601, at the end of the run. */
  readonly time: string;
  /** What was checked out; `null` outside a branch. Not in a line from before it was recorded. */
  readonly branch?: string | null;
}

/** Beyond this the older half is dropped. */
const maxHistoryBytes = 2 * 1024 * 1024;

/** Remembers a run for `why` and `stats`. Failing to is nobody's concern: the check has been answered. */
export function recordRun(
  root: string,
  report: RunReport,
  { now, branch }: { readonly now: Date; readonly branch: string | null },
): void {
  const file = historyFile(root);
  try {
    // Not through a link that a repository has brought along.
    if (!isOwnDirectory(dirname(file))) return;
    const bytes = appendToOwnFile(
      file,
      `${JSON.stringify({ time: now.toISOString(), branch, ...report })}\n`,
    );
    if (bytes !== undefined && bytes > maxHistoryBytes) dropOlderHalf(file);
  } catch {
    // a read-only project, a full disk, somebody else's folder
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

/** All that is shown of a run is looked at: a line may be damaged, or come with a repository. */
function isPastRun(value: Json | undefined): value is Json & PastRun {
  if (!isJsonObject(value) || typeof value['time'] !== 'string') return false;
  const { outcome, reason, degraded, published, checker } = value;
  if (outcome !== 'hit' && outcome !== 'partial' && outcome !== 'miss') return false;
  if (reason !== null && !isRunReason(reason)) return false;
  if (!isTextOrNull(value['branch'] ?? null)) return false;
  if (Number.isNaN(Date.parse(value['time']))) return false;
  if (!Array.isArray(degraded) || !degraded.every((entry) => typeof entry === 'string')) return false;
  if (!isJsonObject(checker) || !isChecker(checker)) return false;
  if (![value['notice'], value['snapshot'], value['source']].every(isTextOrNull)) return false;
  if (!isReplay(value['replay'])) return false;
  if (!isVolume(value['restored']) || !isVolume(published) || !isJsonObject(value['timings'])) return false;
  return isTextOrNull(published['snapshot']);
}

function isRunReason(value: Json | undefined): boolean {
  return [...missReasons, 'crashed', 'passed-through'].some((reason) => reason === value);
}

/** Contexts were not recorded from the beginning. */
function isChecker({ name, version, context = null }: JsonObject): boolean {
  return [name, version, context].every(isTextOrNull);
}

/** Not in a line from before there was replay. */
function isReplay(value: Json | undefined): boolean {
  return value === undefined || value === null || (isJsonObject(value) && isTextOrNull(value['why']));
}

function isVolume(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && typeof value['files'] === 'number' && typeof value['bytes'] === 'number';
}

function isTextOrNull(value: Json | undefined): boolean {
  return value === null || typeof value === 'string';
}

/** Two processes that do this at once may lose a line. */
function dropOlderHalf(file: string): void {
  const lines = linesOf(file);
  replaceFile(file, `${lines.slice(lines.length / 2).join('\n')}\n`);
}

function linesOf(file: string): readonly string[] {
  // Twice as long: several may have appended before one of them drops a half.
  const text = readOwnFile(file, 2 * maxHistoryBytes)?.toString('utf8') ?? '';
  return text.split('\n').filter(Boolean);
}
