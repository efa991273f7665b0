import { dirname } from 'node:path';
import { isJsonObject, parseJson, type Json, type BreakerMemory, type BreakerState } from '@cleanmiss/core';
import { temporaryPrefix } from './fan-out.js';
import { errorCodeOf, makeFolders, nodeFileSystem, refuseLinks, type FileSystem } from './file-system.js';
import { readWhole } from './read-whole.js';
import { writeNewFile } from './write-file.js';

const maxStateBytes = 4096;
const maxReasonLength = 500;

export interface FsBreakerMemoryOptions {
  /** The file: made by the first outage, removed by the end of it. */
  readonly path: string;
  /** A folder above it: below that one, no folder may be a link. Default: the one above the file's own. */
  readonly within?: string;
  /** Default: `node:fs`. */
  readonly fs?: FileSystem;
}

/**
 * The state of a circuit breaker in a file that all processes of a machine see. Where it cannot be read or written, an outage
 * is found out by each process for itself.
 */
export class FsBreakerMemory implements BreakerMemory {
  readonly #path: string;
  readonly #within: string;
  readonly #fs: FileSystem;

  constructor({ path, within = dirname(dirname(path)), fs = nodeFileSystem }: FsBreakerMemoryOptions) {
    this.#path = path;
    this.#within = within;
    this.#fs = fs;
  }

  read(): BreakerState | undefined {
    return quietly(() => {
      const read = readWhole(this.#fs, this.#path, 1, maxStateBytes);
      return read.kind === 'whole' ? parse(Buffer.from(read.bytes).toString('utf8')) : undefined;
    });
  }

  write(state: BreakerState | undefined): void {
    quietly(() => {
      refuseLinks(this.#fs, dirname(this.#path), this.#within);
      if (state) this.#replace(state);
      else this.#fs.rmSync(this.#path, { force: true });
    });
  }

  #replace({ failures, openUntil, reason }: BreakerState): void {
    const text = JSON.stringify({ failures, openUntil, reason: reason.slice(0, maxReasonLength) });
    const folder = dirname(this.#path);
    const temporary = `${folder}/${temporaryPrefix}${process.pid}-${openUntil}`;
    makeFolders(this.#fs, folder);
    writeNewFile(this.#fs, temporary, Buffer.from(text));
    this.#fs.renameSync(temporary, this.#path);
  }
}

function parse(text: string): BreakerState | undefined {
  const document = parseJson(text);
  if (!isJsonObject(document)) return undefined;
  const { failures, openUntil, reason } = document;
  if (!isCount(failures) || !isCount(openUntil) || typeof reason !== 'string') return undefined;
  return { failures, openUntil, reason };
}

/** Of what nobody counts there is none: with fewer failures than none, an outage would never be one. */
function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function quietly<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return undefined;
  }
}
