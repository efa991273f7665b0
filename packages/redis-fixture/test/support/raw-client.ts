import { connect, type Socket } from 'node:net';

/** A client that speaks bytes, and knows nothing of Redis. */
export class RawClient implements Disposable {
  /** Resolves with the code of the error that ended the connection, or `'end'`. */
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    let ending = 'end';
    socket.on('data', (chunk: Buffer) => (this.#received = Buffer.concat([this.#received, chunk])));
    socket.on('error', (error: NodeJS.ErrnoException) => (ending = error.code ?? error.message));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve(ending);
      });
    });
  }

  static async connect({ port }: { readonly port: number }): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  get received(): string {
    return this.#received.toString('latin1');
  }

  send(...commands: readonly (readonly string[])[]): void {
    this.#socket.write(commands.map(encode).join(''));
  }

  /** Answers the first bytes that were ever received, once there are as many; rejects when the connection ends before. */
  async waitForBytes(count: number): Promise<string> {
    const enough = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#received.length >= count) resolve();
      };
      this.#socket.on('data', look);
      look();
    });
    const ended = this.closed.then((ending) => {
      throw new Error(`${ending} after ${this.#received.length} of ${count} bytes`);
    });
    await Promise.race([enough, ended]);
    return this.received.slice(0, count);
  }

  /** Sends one command and answers what has come by then, once it is as long as `expected`. */
  ask(command: readonly string[], expected: string): Promise<string> {
    this.send(command);
    return this.waitForBytes(expected.length);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`;
}
