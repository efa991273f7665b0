import { createServer, type AddressInfo, type Server } from 'node:net';
import { needsTarget, type ProxyBehaviour } from './proxy-behaviour.js';
import { ProxyConnection, type ProxyTraffic } from './proxy-connection.js';

/** A proxy on 127.0.0.1 before a server, or in place of one, that misbehaves as it is told. */
export interface FaultyProxy extends AsyncDisposable {
  readonly port: number;
  /** `redis://127.0.0.1:PORT`. */
  readonly url: string;
  /** How many were ever accepted. */
  readonly connections: number;
  /** Written to clients since the start, all connections together. */
  readonly bytesToClient: number;
  /** Read from clients since the start, all connections together. */
  readonly bytesFromClient: number;
  /**
   * From now on, also for open connections; what was read and not handed on yet may be lost to them.
   *
   * @throws Error when the behaviour hands something on and there is no target
   */
  behave(behaviour: ProxyBehaviour): void;
  /** Closes all connections and gives the port back. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a proxy.
 *
 * @param target `undefined`: there is nothing behind it
 * @param behaviour default: `pass` with a target, `silent` without
 */
export async function startProxy(
  target: { readonly port: number } | undefined,
  behaviour: ProxyBehaviour = { kind: target === undefined ? 'silent' : 'pass' },
): Promise<FaultyProxy> {
  const proxy = new ListeningProxy(target?.port, behaviour);
  await proxy.listen();
  return proxy;
}

class ListeningProxy implements FaultyProxy {
  readonly #targetPort: number | undefined;
  readonly #server: Server;
  readonly #open = new Set<ProxyConnection>();
  readonly #traffic: ProxyTraffic = { bytesToClient: 0, bytesFromClient: 0 };
  #behaviour: ProxyBehaviour;
  #port = 0;
  #connections = 0;
  #stopped: Promise<void> | undefined;

  constructor(targetPort: number | undefined, behaviour: ProxyBehaviour) {
    this.#targetPort = targetPort;
    this.#behaviour = this.#checked(behaviour);
    this.#server = createServer((client) => {
      this.#connections += 1;
      const options = { client, targetPort, behaviour: this.#behaviour, traffic: this.#traffic };
      const connection = new ProxyConnection(options);
      this.#open.add(connection);
      client.once('close', () => this.#open.delete(connection));
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#connections;
  }

  get bytesToClient(): number {
    return this.#traffic.bytesToClient;
  }

  get bytesFromClient(): number {
    return this.#traffic.bytesFromClient;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port: 0, host: '127.0.0.1' }, resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    // A proxy that nobody stopped does not keep the test process alive.
    this.#server.unref();
  }

  behave(behaviour: ProxyBehaviour): void {
    this.#behaviour = this.#checked(behaviour);
    for (const connection of this.#open) connection.behave(behaviour);
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#server.ref();
      this.#server.close(() => {
        resolve();
      });
      for (const connection of this.#open) connection.destroy();
    });
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #checked(behaviour: ProxyBehaviour): ProxyBehaviour {
    if (this.#targetPort === undefined && needsTarget(behaviour))
      throw new Error(`a proxy without a target cannot do: ${behaviour.kind}`);
    return behaviour;
  }
}
