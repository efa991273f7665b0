import { parentPort } from 'node:worker_threads';
import { runUnpackJob, type UnpackJob } from './unpack-job.js';

/** The other side of `WorkerUnpacker`. */
parentPort?.on('message', (job: UnpackJob) => {
  const done = runUnpackJob(job);
  parentPort?.postMessage(done, [done.content.buffer as ArrayBuffer]);
});
