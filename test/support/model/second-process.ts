import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { CallPlan } from './killable-files.js';
import type { Operation } from './operations.js';
import type { Reply, Request, ThreadData } from './second-process-thread.js';
import type { Outcome } from './store-process.js';

const longestMs = 30_000;

/**
 * A store on a thread of its own, which shares nothing with ours but the directory. Its calls block: one can be made while
 * our process is inside of a call to the file system, and is over before that goes on.
 */
export class SecondProcess implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #port;
  readonly #isDone = new Int32Array(new SharedArrayBuffer(4));

  constructor(scratch: string) {
    const { port1, port2 } = new MessageChannel();
    const own = mkdtempSync(join(scratch, 'second-'));
    const data: ThreadData = { scratch: own, port: port2, isDone: this.#isDone };
    this.#worker = new Worker(new URL('./second-process-thread.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
    });
    this.#port = port1;
  }

  open(directory: string, mutant?: string): void {
    this.#ask({ kind: 'open', directory, mutant });
  }

  restart(): void {
    this.#ask({ kind: 'restart' });
  }

  perform(operation: Operation, now: number, plan: CallPlan = {}): Outcome {
    return this.#ask({ kind: 'perform', operation, now, plan });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }

  #ask(request: Request): Outcome {
    Atomics.store(this.#isDone, 0, 0);
    this.#port.postMessage(request);
    if (Atomics.wait(this.#isDone, 0, 0, longestMs) === 'timed-out')
      throw new Error('the second process does not answer');
    const { message } = receiveMessageOnPort(this.#port) as { readonly message: Reply };
    if (message.kind === 'failed') throw message.error;
    return message;
  }
}
