/** The thread behind `second-process.ts`. */
import { workerData, type MessagePort } from 'node:worker_threads';
import type { CallPlan } from './killable-files.js';
import type { Operation } from './operations.js';
import { StoreProcess, type Outcome } from './store-process.js';
import { openUniverse } from './universe.js';

/** `port` and `isDone`: see `SecondProcess`. */
export interface ThreadData {
  readonly scratch: string;
  readonly port: MessagePort;
  readonly isDone: Int32Array;
}

export type Request =
  | { readonly kind: 'open'; readonly directory: string; readonly mutant: string | undefined }
  | { readonly kind: 'restart' }
  | {
      readonly kind: 'perform';
      readonly operation: Operation;
      readonly now: number;
      readonly plan: CallPlan;
    };

export type Reply = Outcome | { readonly kind: 'failed'; readonly error: unknown };

const { scratch, port, isDone } = workerData as ThreadData;
const universe = await openUniverse(scratch);
let store: StoreProcess | undefined;

port.on('message', (request: Request) => {
  void handle(request)
    .catch((error: unknown): Reply => ({ kind: 'failed', error }))
    .then((reply) => {
      port.postMessage(reply);
      Atomics.store(isDone, 0, 1);
      Atomics.notify(isDone, 0);
    });
});

async function handle(request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'open': {
      const { directory, mutant } = request;
      store = new StoreProcess({ directory, name: 'second', universe, mutant });
      return nothing;
    }
    case 'restart':
      store!.restart();
      return nothing;
    case 'perform':
      return await store!.perform(request.operation, request.now, request.plan);
  }
}

const nothing = { kind: 'done', answer: null, openFiles: 0 } as const;
