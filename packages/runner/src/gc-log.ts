import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '@cleanmiss/core';
import type { GcConfig } from '@cleanmiss/open-cache';
import { appendToOwnFile, ensureOwnDirectory, readOwnFile } from '@cleanmiss/snapshot';

/** Where a store keeps what is known of its collections: beside its content, which is nobody's but the backend's. */
export function gcPlacesOf(local: string): { readonly log: string; readonly lock: string } {
  const directory = join(local, 'gc');
  return { log: join(directory, 'log.jsonl'), lock: join(directory, 'lock') };
}

/** What is known of a store's collections. Roughly: what is stored beside a collection may be missing from it. */
export interface GcState {
  /** When the last one began, in milliseconds since 1970. */
  readonly collectedMs: number;
  /** What it kept. */
  readonly keptBytes: number;
  /** What runs have stored since. */
  readonly addedBytes: number;
  /** When a run last started one, whatever became of it. */
  readonly startedMs: number;
}

/** Tens of thousands of runs since the last collection. */
const maxLogBytes = 1024 * 1024;

const dayMs = 24 * 3_600_000;
/** Sooner, another one would find the same: what is younger than the grace period stays. */
const pauseMs = 3_600_000;

/** A day has gone by, or what was stored since passes the bound. A clock that was set back makes it due as well. */
export function isGcDue(state: GcState, { maxBytes }: GcConfig, nowMs: number): boolean {
  const isWithin = (sinceMs: number, ms: number) => nowMs >= sinceMs && nowMs - sinceMs < ms;
  if (isWithin(state.collectedMs, pauseMs) || isWithin(state.startedMs, pauseMs)) return false;
  return !isWithin(state.collectedMs, dayMs) || state.keptBytes + state.addedBytes > maxBytes;
}

/**
 * A small file of lines, so that any number of runs add to it without a lock. Makes no folder but its own: a store that is
 * not there has nothing to be collected. What somebody has planted in its place is replaced, and neither followed nor waited for.
 */
export class GcLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  exists(): boolean {
    return existsSync(this.#path);
  }

  /** Adds what a run has stored. Where nothing is known of the store, the day begins now. */
  add(addedBytes: number, nowMs: number): GcState {
    const known = this.read();
    const begun = { collectedMs: nowMs, keptBytes: 0, addedBytes, startedMs: 0 };
    if (!known) this.replace(begun);
    else appendToOwnFile(this.#path, lineOf({ addedBytes }));
    return this.read() ?? begun;
  }

  read(): GcState | undefined {
    const text = readOwnFile(this.#path, maxLogBytes)?.toString('utf8') ?? '';
    const lines = text.split('\n').map(parseJson).filter(isJsonObject);
    return lines.reduce<GcState | undefined>(addLine, undefined);
  }

  replace(state: GcState): void {
    ensureOwnDirectory(dirname(this.#path));
    const temporary = `${this.#path}.${process.pid}`;
    // Left by a killed run, or planted.
    rmSync(temporary, { recursive: true, force: true });
    writeFileSync(temporary, lineOf({ ...state }), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, this.#path);
  }
}

function lineOf(line: JsonObject): string {
  return `${JSON.stringify(line)}\n`;
}

/** A whole state begins anew; what is not understood is passed over. */
function addLine(state: GcState | undefined, line: JsonObject): GcState | undefined {
  const [collectedMs, keptBytes, addedBytes, startedMs] = [
    'collectedMs',
    'keptBytes',
    'addedBytes',
    'startedMs',
  ].map((name) => numberOf(line, name));
  if (addedBytes === undefined) return state;
  if (collectedMs !== undefined && keptBytes !== undefined && startedMs !== undefined)
    return { collectedMs, keptBytes, addedBytes, startedMs };
  return state && { ...state, addedBytes: state.addedBytes + addedBytes };
}

function numberOf(line: JsonObject, name: string): number | undefined {
  const value = line[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
