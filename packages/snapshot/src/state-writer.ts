import {
  closeSync,
  fchmodSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { BlobMissReason, BlobRef, BlobResult, BlobStore } from '@cleanmiss/core';
import { batchBytes, trafficBatchesOf } from './batches.js';
import type { FileEntry, Unit } from './manifest.js';
import type { StatePath } from './safe-path.js';
import { stampOf, type FileStamp } from './state-walk.js';

/** A few milliseconds of a disk. */
const filesPerTurn = 64;

/** All that restoring asks of a store. */
export type ReadableBlobs = Pick<BlobStore, 'getMany'>;

export interface FileOfUnit {
  readonly unit: Unit;
  readonly file: FileEntry;
}

/** Writes files of a snapshot into a folder, and remembers which units it could not complete. */
export class StateWriter {
  readonly stamps = new Map<StatePath, FileStamp>();
  readonly lostUnits = new Set<Unit>();
  lost: BlobMissReason | undefined;
  files = 0;
  bytes = 0;
  readonly #stateDir: string;
  readonly #blobs: ReadableBlobs;

  constructor(stateDir: string, blobs: ReadableBlobs) {
    this.#stateDir = stateDir;
    this.#blobs = blobs;
  }

  async write(work: readonly FileOfUnit[]): Promise<void> {
    const small = work.filter(({ file }) => file.size <= batchBytes);
    await this.#writeBatches([...trafficBatchesOf(small, ({ file }) => file.size)]);
    for (const each of work) if (each.file.size > batchBytes) await this.#writeInParts(each);
  }

  /** The next batch is on its way while this one is written: the store may be far away. */
  async #writeBatches(batches: readonly (readonly FileOfUnit[])[]): Promise<void> {
    let next = batches[0] && this.#read(batches[0]);
    for (const [i, batch] of batches.entries()) {
      const results = await next!;
      const following = batches[i + 1];
      next = following && this.#read(following);
      // Should the writing fail, it is that failure which is told.
      next?.catch(() => {});
      await this.#writeBatch(batch, results.values());
    }
  }

  #read(batch: readonly FileOfUnit[]): Promise<readonly BlobResult[]> {
    return this.#blobs.getMany(batch.flatMap(({ file }) => file.refs));
  }

  async #writeBatch(batch: readonly FileOfUnit[], results: Iterator<BlobResult>): Promise<void> {
    for (const [i, { unit, file }] of batch.entries()) {
      // So that what comes in meanwhile is taken: its deadline runs, and would be charged with our writing.
      if (i % filesPerTurn === filesPerTurn - 1) await setImmediate();
      const content: Uint8Array[] = [];
      for (const result of file.refs.map(() => results.next().value as BlobResult)) {
        if (result.found) content.push(result.bytes);
        else this.#lose(unit, result.reason);
      }
      if (content.length === file.refs.length) this.#writeFile(file, content);
    }
  }

  /** A file beyond the memory bound. */
  async #writeInParts({ unit, file }: FileOfUnit): Promise<void> {
    const fd = this.#create(file);
    try {
      for (const refs of trafficBatchesOf<BlobRef>(file.refs, (ref) => ref.size)) {
        for (const result of await this.#blobs.getMany(refs)) {
          if (!result.found) {
            this.#lose(unit, result.reason);
            return;
          }
          writeWhole(fd, result.bytes);
        }
      }
      this.#settle(fd, file);
    } finally {
      closeSync(fd);
    }
  }

  #writeFile(file: FileEntry, content: readonly Uint8Array[]): void {
    const fd = this.#create(file);
    try {
      for (const bytes of content) writeWhole(fd, bytes);
      this.#settle(fd, file);
    } finally {
      closeSync(fd);
    }
  }

  /** `wx`: what was there has been removed, so nothing is written through a link or into somebody's open file. */
  #create(file: FileEntry): number {
    const path = join(this.#stateDir, file.path);
    try {
      return openSync(path, 'wx', file.mode);
    } catch (error) {
      makeWay(path, error);
      return openSync(path, 'wx', file.mode);
    }
  }

  #settle(fd: number, file: FileEntry): void {
    if (file.mtimeMs !== null) {
      const time = toSeconds(file.mtimeMs);
      futimesSync(fd, time, time);
    }
    let stats = fstatSync(fd);
    if ((stats.mode & 0o777) !== file.mode) {
      // The process's umask took bits away.
      fchmodSync(fd, file.mode);
      stats = fstatSync(fd);
    }
    this.stamps.set(file.path, stampOf(stats));
    this.files += 1;
    this.bytes += file.size;
  }

  #lose(unit: Unit, reason: BlobMissReason): void {
    this.lostUnits.add(unit);
    this.lost ??= reason;
  }
}

/**
 * Seconds for `utimes`. Half a millisecond is added because a double cannot hold every whole one: rounded down again,
 * the time read back is the time that was set.
 */
export function toSeconds(mtimeMs: number): number {
  return (mtimeMs + 0.5) / 1000;
}

/**
 * Two of the names that a snapshot has are one here: on a file system that takes `A` for `a`, or an accent for a letter and
 * an accent. Which of the two a checker would find, nobody can tell.
 */
export class NamesMeet extends Error {}

/** The folder is made; a folder that an earlier state has left in the place of the file, and that is empty, is removed. */
function makeWay(path: string, error: unknown): void {
  try {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    else if (!taken.has(code) || !removeEmptyFolders(path)) throw error;
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    throw taken.has(code) ? new NamesMeet(path, { cause: failure }) : failure;
  }
}

const taken: ReadonlySet<string | undefined> = new Set(['EEXIST', 'EISDIR', 'ENOTDIR']);

function removeEmptyFolders(path: string): boolean {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  if (!readdirSync(path).every((name) => removeEmptyFolders(join(path, name)))) return false;
  rmdirSync(path);
  return true;
}

/** `writeSync` may write a part. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
