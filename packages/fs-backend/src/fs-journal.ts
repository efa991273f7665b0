import { randomUUID } from 'node:crypto';
import {
  decodeJournalRecord,
  encodeJournalRecord,
  loadChecksum,
  systemClock,
  type Clock,
  type Journal,
  type JournalBatch,
  type JournalRecord,
} from '@cleanmiss/core';
import { namesIn, temporaryPrefix } from './fan-out.js';
import { ifThere, makeFolders, nodeFileSystem, type FileSystem } from './file-system.js';
import { orOutage } from './outage.js';
import { readWhole } from './read-whole.js';
import { writeNewFile } from './write-file.js';

export interface FsJournalOptions {
  /** A folder of its own. Made by the first append. */
  readonly directory: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: `node:fs`. */
  readonly fs?: FileSystem;
}

/** A batch is some refs, or one entry; whatever is longer than this is none. */
const maxBatchBytes = 64 * 1024 * 1024;

/** Who has been out of reach for so long will be told by fresher runs. */
const maxAgeMs = 14 * 24 * 60 * 60 * 1000;

/** One file a batch, a record a line, under a name that sorts by time. Written aside and renamed: whole, or not there. */
export class FsJournal implements Journal {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #fs: FileSystem;
  readonly #id = randomUUID();
  #count = 0;

  constructor({ directory, clock = systemClock, fs = nodeFileSystem }: FsJournalOptions) {
    this.#directory = directory;
    this.#clock = clock;
    this.#fs = fs;
  }

  append(records: readonly JournalRecord[]): Promise<void> {
    return orOutage(async () => {
      const checksumOf = await loadChecksum();
      const lines = records.map((record) => `${encodeJournalRecord(record, checksumOf)}\n`);
      const name = this.#nextName();
      const temporary = `${this.#directory}/${temporaryPrefix}${name}`;
      makeFolders(this.#fs, this.#directory);
      writeNewFile(this.#fs, temporary, Buffer.from(lines.join('')));
      this.#fs.renameSync(temporary, `${this.#directory}/${name}`);
    });
  }

  hasWork(): boolean {
    return namesIn(this.#fs, this.#directory).some(isBatch);
  }

  batches(): Promise<readonly JournalBatch[]> {
    return orOutage(async () => {
      const batches: JournalBatch[] = [];
      for (const id of this.#fs.readdirSync(this.#directory).filter(isBatch).sort()) {
        const batch = this.#isTooOld(id) ? undefined : await this.#read(id);
        if (batch) batches.push(batch);
        else this.#removeFile(id);
      }
      return batches;
    });
  }

  remove({ id }: JournalBatch): Promise<void> {
    return orOutage(() => {
      this.#removeFile(id);
      return Promise.resolve();
    });
  }

  async #read(id: string): Promise<JournalBatch | undefined> {
    const read = readWhole(this.#fs, `${this.#directory}/${id}`, 1, maxBatchBytes);
    if (read.kind !== 'whole') return undefined;
    const checksumOf = await loadChecksum();
    const lines = Buffer.from(read.bytes).toString('utf8').split('\n').filter(Boolean);
    const records = lines.map((line) => decodeJournalRecord(line, checksumOf));
    return records.every((record) => record !== undefined) ? { id, records } : undefined;
  }

  #removeFile(id: string): void {
    ifThere(() => {
      this.#fs.unlinkSync(`${this.#directory}/${id}`);
    });
  }

  /** Of one process in the order of its appends, whatever its clock does; of several, about by time. */
  #nextName(): string {
    this.#count += 1;
    const [time, count] = [digits(this.#clock.now(), 15), digits(this.#count, 6)];
    return `${time}-${this.#id}-${count}.jsonl`;
  }

  #isTooOld(id: string): boolean {
    return this.#clock.now() - Number.parseInt(id, 10) > maxAgeMs;
  }
}

function isBatch(name: string): boolean {
  return /^\d{15}-[0-9a-f-]{36}-\d{6}\.jsonl$/.test(name);
}

function digits(value: number, count: number): string {
  return String(Math.floor(value)).padStart(count, '0');
}
