import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import {
  decodeJournalRecord,
  encodeJournalRecord,
  linesOf,
  loadChecksum,
  maxMetaBytes,
  systemClock,
  type ChecksumOf,
  type Clock,
  type Journal,
  type JournalBatch,
  type JournalRecord,
} from '@cleanmiss/core';
import { namesIn, temporaryPrefix } from './fan-out.js';
import {
  errorCodeOf,
  ifThere,
  makeFolders,
  nodeFileSystem,
  refuseLinks,
  type FileSystem,
} from './file-system.js';
import { orOutage } from './outage.js';
import { readWhole, type FileRead } from './read-whole.js';
import { writeNewFile } from './write-file.js';

export interface FsJournalOptions {
  /** A folder of its own. Made by the first append. */
  readonly directory: string;
  /** A folder above it: below that one, no folder may be a link. Default: the one that it is in. */
  readonly within?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: `node:fs`. */
  readonly fs?: FileSystem;
}

/** A batch is some refs, or one entry; whatever is longer than this is none. */
const maxBatchBytes = 64 * 1024 * 1024;
/** What it says becomes a meta. */
const maxLineBytes = 2 * maxMetaBytes;

/** Who has been out of reach for so long will be told by fresher runs. */
const maxAgeMs = 14 * 24 * 60 * 60 * 1000;

/** No append takes so long: whoever began it was killed. */
const maxAppendMs = 60 * 60 * 1000;

/** One file a batch, a record a line, under a name that sorts by time. Written aside and renamed: whole, or not there. */
export class FsJournal implements Journal {
  readonly #directory: string;
  readonly #within: string;
  readonly #clock: Clock;
  readonly #fs: FileSystem;
  readonly #id = randomUUID();
  #count = 0;
  #lastTime = 0;

  constructor({
    directory,
    within = dirname(directory),
    clock = systemClock,
    fs = nodeFileSystem,
  }: FsJournalOptions) {
    this.#directory = directory;
    this.#within = within;
    this.#clock = clock;
    this.#fs = fs;
  }

  append(records: readonly JournalRecord[]): Promise<void> {
    return orOutage(async () => {
      const checksumOf = await loadChecksum();
      const lines = records.map((record) => `${encodeJournalRecord(record, checksumOf)}\n`);
      const name = this.#nextName();
      const temporary = `${this.#directory}/${temporaryPrefix}${name}`;
      refuseLinks(this.#fs, this.#directory, this.#within);
      makeFolders(this.#fs, this.#directory);
      writeNewFile(this.#fs, temporary, Buffer.from(lines.join('')));
      this.#fs.renameSync(temporary, `${this.#directory}/${name}`);
    });
  }

  hasWork(): boolean {
    try {
      return this.#names().some((name) => isBatch(name) && this.#canRead(name));
    } catch (error) {
      // Whoever appends will hear of it.
      if (errorCodeOf(error) === undefined) throw error;
      return false;
    }
  }

  batches(): Promise<readonly JournalBatch[]> {
    return orOutage(async () => {
      const checksumOf = await loadChecksum();
      const names = this.#names();
      const batches: JournalBatch[] = [];
      for (const id of names.filter(isBatch).sort()) {
        const read = this.#isOlder(id, maxAgeMs) ? undefined : this.#read(id);
        // Maybe only for now: a failing disk, somebody else's file.
        if (read?.kind === 'unreadable') continue;
        const records = read?.kind === 'whole' ? decode(read.bytes, checksumOf) : undefined;
        if (records) batches.push({ id, records });
        else this.#drop(id);
      }
      names.filter((name) => this.#isLeftOver(name)).forEach((name) => this.#drop(name));
      return batches;
    });
  }

  remove({ id }: JournalBatch): Promise<void> {
    return orOutage(() => {
      this.#removeFile(id);
      return Promise.resolve();
    });
  }

  #names(): readonly string[] {
    refuseLinks(this.#fs, this.#directory, this.#within);
    return namesIn(this.#fs, this.#directory);
  }

  /** What nobody here can tell (it is somebody else's file) is no work for us. */
  #canRead(id: string): boolean {
    try {
      this.#fs.accessSync(`${this.#directory}/${id}`, constants.R_OK);
      return true;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return false;
    }
  }

  #read(id: string): FileRead {
    return readWhole(this.#fs, `${this.#directory}/${id}`, 1, maxBatchBytes);
  }

  /** What cannot be removed (a folder of that name, say) keeps nobody from the rest. */
  #drop(name: string): void {
    try {
      this.#removeFile(name);
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
    }
  }

  #removeFile(id: string): void {
    ifThere(() => {
      this.#fs.unlinkSync(`${this.#directory}/${id}`);
    });
  }

  /** Of one process in the order of its appends, whatever its clock does; of several, about by time. */
  #nextName(): string {
    this.#count += 1;
    this.#lastTime = Math.max(this.#lastTime, this.#clock.now());
    return `${digits(this.#lastTime, 15)}-${this.#id}-${digits(this.#count, 9)}.jsonl`;
  }

  /** By its name: the time of a file is another machine's, or a backup's. */
  #isOlder(id: string, ageMs: number): boolean {
    return this.#clock.now() - Number.parseInt(id, 10) > ageMs;
  }

  /** Of an append that was killed. */
  #isLeftOver(name: string): boolean {
    if (!name.startsWith(temporaryPrefix)) return false;
    const id = name.slice(temporaryPrefix.length);
    return isBatch(id) && this.#isOlder(id, maxAppendMs);
  }
}

function isBatch(name: string): boolean {
  return /^\d{15}-[0-9a-f-]{36}-\d{6,}\.jsonl$/.test(name);
}

function decode(bytes: Uint8Array, checksumOf: ChecksumOf): readonly JournalRecord[] | undefined {
  const records: JournalRecord[] = [];
  for (const line of linesOf(bytes, maxLineBytes)) {
    const record = line === undefined ? undefined : decodeJournalRecord(line, checksumOf);
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
}

function digits(value: number, count: number): string {
  return String(Math.floor(value)).padStart(count, '0');
}
