import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface TripwireOptions {
  /** Of the server behind it. */
  readonly port: number;
  /** What a request that trips it looks like. */
  readonly request: RegExp;
  /** Which of these requests, counted over all connections. Default: the first. */
  readonly count?: number;
  /** Done once, before that request is handed on. */
  readonly act: () => void | Promise<void>;
}

/** A proxy that hands everything on as it is, and does something to the server at an exact moment of a run. */
export interface Tripwire {
  /** `redis://127.0.0.1:PORT`. */
  readonly url: string;
  /** The moment has come. */
  readonly isTripped: boolean;
  stop(): Promise<void>;
}

export async function startTripwire(options: TripwireOptions): Promise<Tripwire> {
  const tripwire = new ListeningTripwire(options);
  await tripwire.listen();
  return tripwire;
}

class ListeningTripwire implements Tripwire {
  url = '';
  readonly #options: TripwireOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #seen = 0;

  constructor(options: TripwireOptions) {
    this.#options = options;
    this.#server = createServer((client) => {
      this.#join(client, connect({ port: options.port, host: '127.0.0.1' }));
    });
  }

  get isTripped(): boolean {
    return this.#seen >= (this.#options.count ?? 1);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port: 0, host: '127.0.0.1' }, resolve);
    });
    this.url = `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    server.on('data', (chunk) => client.write(chunk));
    let before: Promise<void> = Promise.resolve();
    // One after the other: what comes meanwhile waits behind the request that tripped it.
    client.on('data', (chunk: Buffer) => {
      before = before.then(() => this.#handOn(chunk, server));
    });
  }

  async #handOn(chunk: Buffer, server: Socket): Promise<void> {
    if (this.#options.request.test(chunk.toString('latin1'))) {
      this.#seen += 1;
      if (this.#seen === (this.#options.count ?? 1)) await this.#options.act();
    }
    server.write(chunk);
  }
}
