import type { ChildProcess } from 'node:child_process';
import type { OutputRecord } from './replay/output-record.js';

/**
 * Writes down what a checker says on both streams, and passes standard output on, no faster than it is taken; standard error is
 * passed on by its watch. Where nobody takes it any longer the pipe is closed, so that the checker learns of it as it would without us.
 */
export function passOn({ stdout, stderr }: ChildProcess, record: OutputRecord): void {
  stderr?.on('data', (chunk: Buffer) => {
    record.add(2, chunk);
  });
  if (!stdout) return;
  const closed = () => {
    record.giveUp();
    stdout.destroy();
  };
  const taken = () => stdout.resume();
  process.stdout.once('error', closed);
  process.stdout.on('drain', taken);
  stdout.on('data', (chunk: Buffer) => {
    record.add(1, chunk);
    if (!process.stdout.write(chunk)) stdout.pause();
  });
  stdout.on('error', () => {
    record.giveUp();
  });
  stdout.once('close', () => {
    process.stdout.off('error', closed);
    process.stdout.off('drain', taken);
  });
}
