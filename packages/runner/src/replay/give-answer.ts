import type { Writable } from 'node:stream';
import type { OutputPiece } from './output-record.js';

/** Says what the checker said, in its order. Whoever no longer listens to a stream is told nothing more on it. */
export async function giveAnswer(pieces: readonly OutputPiece[]): Promise<void> {
  for (const { stream, bytes } of pieces) {
    await written(stream === 1 ? process.stdout : process.stderr, bytes);
  }
}

function written(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) {
      resolve();
      return;
    }
    const done = () => {
      stream.off('error', done);
      resolve();
    };
    stream.once('error', done);
    stream.write(bytes, done);
  });
}
