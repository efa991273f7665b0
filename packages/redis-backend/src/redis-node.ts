import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once, setMaxListeners } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { CacheError } from '@cleanmiss/core';
import { childOf, untilAborted } from './abort.js';
import { asRedisOutage } from './redis-outage.js';
import type { RedisSockets } from './redis-sockets.js';
import { addressName, type RedisAddress } from './redis-url.js';

export type RedisCommand = readonly (string | Buffer)[];
export type RedisReply = Buffer | string | number | null | readonly RedisReply[];

export interface RedisNodeOptions {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Default: 0. */
  readonly db?: number;
  /** Default: no TLS. */
  readonly tls?: ConnectionOptions | undefined;
  /** Until it answers to our greeting. */
  readonly connectTimeoutMs: number;
  /** Counts what goes over the wire. */
  readonly sockets: RedisSockets;
  /** Ends the connection, whatever it is doing. */
  readonly life: AbortSignal;
}

/**
 * Takes 90 ms, which a run that asks no remote does not pay. The library builds a class for every set of options, in 10
 * to 20 ms: copies of one client share theirs.
 */
export function loadClientLibrary(): Promise<Client> {
  template ??= import('@keyv/redis').then(({ createClient }) => createClient() as Client);
  return template;
}

let template: Promise<Client> | undefined;

/** One connection to one server. It never reconnects: when it breaks, it stays broken. */
export class RedisNode {
  readonly name: string;
  readonly #client: Client;
  readonly #life: NodeLife;

  /** @throws {CacheError} `ERR_OUTAGE` */
  static async open(address: RedisAddress, options: RedisNodeOptions): Promise<RedisNode> {
    const life = new NodeLife(addressName(address), options);
    const late = new Error(`there is no connection after ${options.connectTimeoutMs} ms`);
    const timer = setTimeout(() => life.end(late), options.connectTimeoutMs);
    try {
      const client = await untilAborted([life.signal], openClient(address, options, life));
      return new RedisNode(client, life);
    } catch (error) {
      throw life.end(error);
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(client: Client, life: NodeLife) {
    this.name = life.name;
    this.#client = client;
    this.#life = life;
  }

  /** Commands that are sent in one turn of the event loop go out together. @throws {CacheError} `ERR_OUTAGE` */
  async send(command: RedisCommand): Promise<RedisReply> {
    try {
      return await this.#client.sendCommand(command, asBuffers);
    } catch (error) {
      throw asRedisOutage(this.name, error);
    }
  }

  /** Ends when the connection does. */
  get broken(): AbortSignal {
    return this.#life.signal;
  }

  close(): void {
    this.#life.end(new Error('the connection was closed'));
  }
}

/** From the first packet to the end of one connection, whoever ends it: we, the session, the server or the line. */
class NodeLife {
  readonly name: string;
  readonly #password: string | undefined;
  readonly #controller: AbortController;

  constructor(name: string, { life, password }: RedisNodeOptions) {
    this.name = name;
    this.#password = password;
    this.#controller = childOf(life);
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Answers the outage that it ended with: the first that was told of. */
  end(error: unknown): CacheError {
    if (!this.signal.aborted) {
      this.#controller.abort(asRedisOutage(this.name, withoutPassword(error, this.#password)));
    }
    return asRedisOutage(this.name, this.signal.reason);
  }

  /** Calls when it ends, or now. */
  atEnd(call: (reason: Error) => void): void {
    const tell = () => call(this.signal.reason as Error);
    if (this.signal.aborted) tell();
    else this.signal.addEventListener('abort', tell, { once: true });
  }
}

/** What we use of a client. Its own types know every command of every module, and take seconds to check. */
interface Client {
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
  duplicate(options: object): Client;
  sendCommand(args: RedisCommand, options: typeof asBuffers): Promise<RedisReply>;
}

/** 36 is `$`: strings come as the bytes they are. */
const asBuffers = { typeMapping: { 36: Buffer } };
/** The library writes until so much waits, and goes on in a later turn: at Node's 16 KiB that would be every few values. */
const writableHighWaterMark = 1024 * 1024;

async function openClient(address: RedisAddress, options: RedisNodeOptions, life: NodeLife): Promise<Client> {
  const watch = (socket: Socket) => watchSocket(socket, options.sockets, life);
  const socket = await socketOptions(address, options, life.signal, watch);
  const client = (await loadClientLibrary()).duplicate({
    ...(options.user !== undefined && { username: options.user }),
    ...(options.password !== undefined && { password: options.password }),
    database: options.db ?? 0,
    disableOfflineQueue: true,
    disableClientInfo: true,
    socket,
  });
  // Also for what is no RESP: the library says so here, and lets the commands wait for ever.
  client.on('error', (error) => life.end(error));
  life.atEnd(() => destroyClient(client));
  life.signal.throwIfAborted();
  await (options.tls ? client.connect() : connectWatched(client, watch));
  return client;
}

async function socketOptions(
  address: RedisAddress,
  { tls }: RedisNodeOptions,
  signal: AbortSignal,
  watch: (socket: Socket) => void,
): Promise<object> {
  // Zero: the time to connect is ours to watch.
  const common = { ...address, reconnectStrategy: false, connectTimeout: 0, writableHighWaterMark };
  if (!tls || 'path' in address) return common;
  // TLS goes over a socket of our own: Node tells nobody of the one that it would make itself.
  const socket = connect({ ...address, noDelay: true });
  watch(socket);
  await once(socket, 'connect', { signal });
  const servername = tls.servername ?? (isIP(address.host) ? undefined : address.host);
  return { ...common, ...tls, tls: true, socket, ...(servername !== undefined && { servername }) };
}

/** The library makes its socket before `connect` returns, and hands it to nobody; Node tells of it on this channel. */
function connectWatched(client: Client, watch: (socket: Socket) => void): Promise<unknown> {
  const see = (message: unknown) => watch((message as { socket: Socket }).socket);
  subscribe('net.client.socket', see);
  try {
    return client.connect();
  } finally {
    unsubscribe('net.client.socket', see);
  }
}

function watchSocket(socket: Socket, sockets: RedisSockets, life: NodeLife): void {
  sockets.add(socket);
  socket.on('error', (error) => life.end(error));
  socket.on('close', () => life.end(new Error('it closed the connection')));
  // With an error: without one, whoever waits for the connection would wait for ever.
  life.atEnd((reason) => socket.destroy(reason));
}

function destroyClient(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It was not open, or no longer.
  }
}

/** A server that does not know a command quotes it, and with AUTH the password. */
function withoutPassword(error: unknown, password: string | undefined): unknown {
  if (!(error instanceof Error) || !password || !error.message.includes(password)) return error;
  return new Error(error.message.replaceAll(password, '***'));
}
