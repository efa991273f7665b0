import { connect, type Socket } from 'node:net';
import { Announcement } from './announcement.js';
import type { ProxyBehaviour } from './proxy-behaviour.js';
import { ProxyLane } from './proxy-lane.js';

const READ_FIRST_MS = 20;

/** Shared by all connections of a proxy. */
export interface ProxyTraffic {
  bytesToClient: number;
  bytesFromClient: number;
}

export interface ProxyConnectionOptions {
  readonly client: Socket;
  readonly targetPort: number | undefined;
  readonly behaviour: ProxyBehaviour;
  readonly traffic: ProxyTraffic;
}

/** One client of a `FaultyProxy`, and the connection behind it, opened when there is something to send. */
export class ProxyConnection {
  readonly #options: ProxyConnectionOptions;
  readonly #client: Socket;
  #behaviour: ProxyBehaviour;
  #target: Socket | undefined;
  #toTarget: ProxyLane | undefined;
  #toClient: ProxyLane | undefined;
  #announcement: Announcement | undefined;
  #repliedBytes = 0;
  #isToBeReset = false;

  constructor(options: ProxyConnectionOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#behaviour = options.behaviour;
    this.#client.on('data', (chunk: Buffer) => {
      this.#onRequest(chunk);
    });
    this.#client.on('drain', () => this.#announcement?.drained());
    // What a client thinks of us shows in its own process.
    this.#client.on('error', () => {});
    this.#client.once('close', () => this.#target?.end());
  }

  /** From the next byte on. */
  behave(behaviour: ProxyBehaviour): void {
    this.#behaviour = behaviour;
    this.#repliedBytes = 0;
    // In the middle of an announced string nothing else would be understood.
    if (this.#announcement?.isStreaming === true) this.#client.resetAndDestroy();
    this.#announcement = undefined;
    if (this.#hearsTarget) return;
    this.#toTarget?.drop();
    this.#toClient?.drop();
  }

  destroy(): void {
    this.#client.destroy();
    this.#target?.destroy();
  }

  #onRequest(chunk: Buffer): void {
    this.#options.traffic.bytesFromClient += chunk.length;
    switch (this.#behaviour.kind) {
      case 'silent':
        return;
      case 'reply':
        this.#writeToClient(Buffer.from(this.#behaviour.text));
        return;
      case 'announce':
        this.#announcementOf(this.#behaviour.bytes).request(chunk);
        return;
      case 'pass':
      case 'slow':
      case 'reset-after':
        this.#sendToTarget(chunk);
    }
  }

  #onReply(chunk: Buffer): void {
    switch (this.#behaviour.kind) {
      case 'silent':
      case 'reply':
        return;
      case 'announce':
        this.#announcementOf(this.#behaviour.bytes).reply(chunk);
        return;
      case 'reset-after':
        this.#replyUpTo(this.#behaviour.replyBytes, chunk);
        return;
      case 'pass':
      case 'slow':
        this.#toClient?.send(chunk);
    }
  }

  get #hearsTarget(): boolean {
    return this.#behaviour.kind !== 'silent' && this.#behaviour.kind !== 'reply' && !this.#isToBeReset;
  }

  #replyUpTo(replyBytes: number, chunk: Buffer): void {
    if (this.#isToBeReset) return;
    const allowed = chunk.subarray(0, replyBytes - this.#repliedBytes);
    this.#repliedBytes += allowed.length;
    if (this.#repliedBytes < replyBytes) {
      this.#toClient?.send(allowed);
      return;
    }
    this.#isToBeReset = true;
    this.#options.traffic.bytesToClient += allowed.length;
    // A reset takes back what the kernel does not have yet.
    this.#client.write(allowed, () => {
      this.#resetSoon();
    });
  }

  /** Node reports a reset that arrives together with data as an orderly end: the client is to read the data first. */
  #resetSoon(): void {
    setTimeout(() => {
      // A client in this process reads between timers and immediates.
      setImmediate(() => this.#client.resetAndDestroy());
    }, READ_FIRST_MS);
  }

  #announcementOf(bytes: number): Announcement {
    const toTarget =
      this.#options.targetPort === undefined
        ? undefined
        : (chunk: Buffer): void => {
            this.#sendToTarget(chunk);
          };
    this.#announcement ??= new Announcement({
      bytes,
      toTarget,
      toClient: (chunk) => this.#writeToClient(chunk),
    });
    return this.#announcement;
  }

  #writeToClient(chunk: Buffer): boolean {
    if (!this.#client.writable) return false;
    this.#options.traffic.bytesToClient += chunk.length;
    return this.#client.write(chunk);
  }

  #sendToTarget(chunk: Buffer): void {
    this.#target ??= this.#openTarget();
    if (this.#target.writable) this.#toTarget?.send(chunk);
    // It has gone while nobody was told.
    else this.#client.resetAndDestroy();
  }

  #openTarget(): Socket {
    const { targetPort = 0, traffic } = this.#options;
    const target = connect({ port: targetPort, host: '127.0.0.1' });
    const bytesPerSecond = (): number | undefined =>
      this.#behaviour.kind === 'slow' ? this.#behaviour.bytesPerSecond : undefined;
    this.#toTarget = new ProxyLane({ source: this.#client, sink: target, bytesPerSecond, written: () => {} });
    const written = (bytes: number): void => {
      traffic.bytesToClient += bytes;
    };
    this.#toClient = new ProxyLane({ source: target, sink: this.#client, bytesPerSecond, written });
    target.on('data', (chunk: Buffer) => {
      this.#onReply(chunk);
    });
    target.on('error', () => {
      if (this.#hearsTarget) this.#client.resetAndDestroy();
    });
    target.once('end', () => {
      if (this.#hearsTarget) this.#toClient?.end();
    });
    return target;
  }
}
