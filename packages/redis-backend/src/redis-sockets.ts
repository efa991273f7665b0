import type { Socket } from 'node:net';

/**
 * The sockets of one session: what has gone over them, and whether they keep the process alive. The client library
 * tells neither, and a server's answer has to be stopped while it comes in.
 */
export class RedisSockets {
  readonly #open = new Set<Socket>();
  #closedReceivedBytes = 0;
  #closedSentBytes = 0;
  #inUse = true;

  add(socket: Socket): void {
    this.#open.add(socket);
    if (!this.#inUse) socket.unref();
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closedReceivedBytes += socket.bytesRead;
      this.#closedSentBytes += socket.bytesWritten;
    });
  }

  get receivedBytes(): number {
    return sum(this.#open, (socket) => socket.bytesRead) + this.#closedReceivedBytes;
  }

  get sentBytes(): number {
    return sum(this.#open, (socket) => socket.bytesWritten) + this.#closedSentBytes;
  }

  /** Only what somebody waits for keeps the process alive. */
  setInUse(inUse: boolean): void {
    this.#inUse = inUse;
    for (const socket of this.#open) {
      if (inUse) socket.ref();
      else socket.unref();
    }
  }
}

function sum(sockets: Iterable<Socket>, bytesOf: (socket: Socket) => number): number {
  let bytes = 0;
  for (const socket of sockets) bytes += bytesOf(socket);
  return bytes;
}
