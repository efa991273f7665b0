import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { canonicalJson, isJsonObject, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import { readOwnFile } from '@cleanmiss/snapshot';
import { fileStampOf } from './file-stamp.js';

const memoryFormat = 1;
const maxMemoryBytes = 4 * 1024 * 1024;

/** The oldest are forgotten first. A machine has few checkers; a CI cache may carry the file from one to the next. */
const maxEntries = 200;

/**
 * What was learned by starting an executable, kept in one small file, so that the next run need not start it. Only a
 * memory: a file that cannot be read is an empty one, and one that cannot be written stays as it is. Any number of
 * processes may use it at once; of two that write together, one is forgotten.
 */
export class VersionMemory {
  readonly #file: string;

  /** `file` is absolute; its folder need not be there yet. */
  constructor(file: string) {
    this.#file = file;
  }

  /** What was learned of the identity, as long as every witness is what it was then. */
  recall(identity: JsonObject): JsonObject | undefined {
    const entry = this.#read()[nameOf(identity)];
    return entry && entryHolds(entry) ? entry.learned : undefined;
  }

  /**
   * `witnesses`: every path whose change may change what was learned. One that is not there must still not be there
   * when it is recalled.
   */
  remember(identity: JsonObject, learned: JsonObject, witnesses: readonly string[]): void {
    const name = nameOf(identity);
    const others = Object.entries(this.#read()).filter(([other]) => other !== name);
    const stamps = Object.fromEntries(witnesses.map((path) => [path, fileStampOf(path)]));
    const kept = [...others, [name, { learned, witnesses: stamps }] as const].slice(-maxEntries);
    this.#write({ format: memoryFormat, entries: Object.fromEntries(kept) });
  }

  #read(): Readonly<Record<string, Entry>> {
    const document = parseJson(readOwnFile(this.#file, maxMemoryBytes)?.toString('utf8') ?? '');
    if (!isJsonObject(document) || document['format'] !== memoryFormat) return {};
    const { entries } = document as { entries?: Json };
    if (!isJsonObject(entries)) return {};
    return Object.fromEntries(
      Object.entries(entries).filter((pair): pair is [string, Entry] => isEntry(pair[1])),
    );
  }

  #write(document: Json): void {
    // Renamed into place, under a name of our own: another process reads the old memory or the new, never half of
    // one.
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      makeFolder(dirname(this.#file));
      // Not through a link that was planted under that name.
      rmSync(temporary, { recursive: true, force: true });
      writeFileSync(temporary, JSON.stringify(document), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.#file);
    } catch {
      // A full disk or a foreign folder costs the next run a question, nothing else.
      removeQuietly(temporary);
    }
  }
}

/** One level or two: Node's `recursive` never ends where the system denies a folder that is there (`/proc`). */
function makeFolder(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch {
      // It is there, or the write will say why not.
    }
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It was never there: no folder to hold it.
  }
}

interface Entry extends JsonObject {
  readonly learned: JsonObject;
  readonly witnesses: JsonObject;
}

function isEntry(value: Json): value is Entry {
  return isJsonObject(value) && isJsonObject(value['learned']) && isJsonObject(value['witnesses']);
}

function entryHolds({ witnesses }: Entry): boolean {
  return Object.entries(witnesses).every(([path, stamp]) => fileStampOf(path) === stamp);
}

function nameOf(identity: JsonObject): string {
  return createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 32);
}
