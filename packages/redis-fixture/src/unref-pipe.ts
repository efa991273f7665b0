import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** The pipe to a child no longer keeps this process alive. */
export function unrefPipe(pipe: Readable | Writable): void {
  if (pipe instanceof Socket) pipe.unref();
}
