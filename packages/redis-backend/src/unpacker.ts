import { Worker } from 'node:worker_threads';
import type { Unpacked } from './codec.js';
import { decodePart, type Part } from './part.js';
import type { UnpackItem, UnpackJob, UnpackedJob } from './unpack-job.js';

/** Less than this is unpacked faster than it is handed over. */
const minGroupBytes = 64 * 1024;
const maxGroupBytes = 256 * 1024;

type ExpectedPart = Omit<Part, 'tag'>;

interface Waiting {
  readonly value: Buffer;
  readonly expected: ExpectedPart;
  readonly resolve: (unpacked: Unpacked) => void;
}

/**
 * Unpacks values as they come in, on another core while this one is busy with the next: for a restore of thousands of
 * files that is a fifth of its time. Without workers (they cannot be started, or one breaks down) it does so itself.
 */
export class Unpacker {
  #worker: Worker | undefined;
  #isBroken = false;
  #group: Waiting[] = [];
  #groupBytes = 0;
  #turn: NodeJS.Immediate | undefined;
  readonly #jobs = new Map<number, readonly Waiting[]>();
  #lastId = 0;

  unpack(value: Buffer, expected: ExpectedPart): Promise<Unpacked> {
    return new Promise((resolve) => {
      this.#group.push({ value, expected, resolve });
      this.#groupBytes += value.length;
      if (this.#groupBytes >= maxGroupBytes) this.#handOver();
      else this.#turn ??= setImmediate(() => this.#handOver());
    });
  }

  close(): void {
    this.#giveUp();
  }

  #handOver(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const [group, bytes] = [this.#group, this.#groupBytes];
    this.#group = [];
    this.#groupBytes = 0;
    const worker = bytes < minGroupBytes ? undefined : this.#start();
    if (!worker) {
      unpackHere(group);
      return;
    }
    this.#lastId += 1;
    this.#jobs.set(this.#lastId, group);
    worker.ref();
    const job = jobOf(this.#lastId, group);
    worker.postMessage(job, [job.values.buffer as ArrayBuffer]);
  }

  #start(): Worker | undefined {
    if (this.#isBroken) return undefined;
    try {
      this.#worker ??= this.#listenTo(new Worker(new URL('./unpack-worker.js', import.meta.url)));
    } catch {
      this.#giveUp();
    }
    return this.#worker;
  }

  #listenTo(worker: Worker): Worker {
    worker.on('message', (done: UnpackedJob) => {
      this.#finish(done);
    });
    worker.on('error', () => {
      this.#giveUp();
    });
    return worker;
  }

  #finish({ id, content, outcomes }: UnpackedJob): void {
    const group = this.#jobs.get(id);
    this.#jobs.delete(id);
    // Idle, it keeps no process alive.
    if (this.#jobs.size === 0) this.#worker?.unref();
    let at = 0;
    for (const [i, outcome] of outcomes.entries()) {
      if (typeof outcome !== 'number') {
        group?.[i]?.resolve({ kind: outcome });
        continue;
      }
      group?.[i]?.resolve({ kind: 'content', bytes: content.subarray(at, at + outcome) });
      at += outcome;
    }
  }

  /** What it has not finished is done here: whoever waits gets an answer. */
  #giveUp(): void {
    this.#isBroken = true;
    void this.#worker?.terminate();
    this.#worker = undefined;
    const groups = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const group of groups) unpackHere(group);
  }
}

function unpackHere(group: readonly Waiting[]): void {
  for (const { value, expected, resolve } of group) resolve(decodePart(value, expected));
}

/** A copy, as the values are pieces of what the socket has read. */
function jobOf(id: number, group: readonly Waiting[]): UnpackJob {
  const values = new Uint8Array(group.reduce((sum, { value }) => sum + value.length, 0));
  const items: UnpackItem[] = [];
  let at = 0;
  for (const { value, expected } of group) {
    values.set(value, at);
    at += value.length;
    items.push({ length: value.length, number: expected.number, blobSize: expected.blobSize });
  }
  return { id, values, items };
}
