import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import {
  blobOf,
  decodeMeta,
  encodeMeta,
  keyHashOf,
  loadChecksum,
  type Blob,
  type BlobStore,
  type Json,
  type JsonObject,
  type KeyHash,
  type Meta,
  type MetaStore,
} from '@cleanmiss/core';
import { openRedisStore } from '@cleanmiss/redis-backend';
import { maxPackedBytes, snapshotKey } from '@cleanmiss/snapshot';
import type { RedisServer } from '@cleanmiss/redis-fixture';

const checksumOf = await loadChecksum();

export function blobFrom(content: string | Uint8Array): Blob {
  return blobOf(Buffer.from(content), checksumOf);
}

export interface PoisonedFile {
  readonly path: Json;
  readonly mode?: Json;
  readonly blobs: readonly Blob[];
}

export interface PoisonedUnit {
  readonly name: string;
  readonly files: readonly PoisonedFile[];
  readonly facts?: Json;
}

/** A page of a manifest, as whoever means harm would write it: each small file lies in a pack of its own. */
export function pageOf(...units: readonly PoisonedUnit[]): Blob {
  const packs = units.flatMap(({ files }) => files.filter(isPacked).flatMap(refsOf));
  const last = { packs: packs.map(() => 1), refs: packs };
  return blobFrom([...units.map(unitLine), ...(packs.length > 0 ? [last] : [])].map(lineOf).join(''));
}

function unitLine({ name, files, facts = {} }: PoisonedUnit): JsonObject {
  const listed = files.map((file) => {
    const { path, mode = 0o644, blobs } = file;
    const size = blobs.reduce((sum, { ref }) => sum + ref.size, 0);
    const [first] = blobs;
    const content = isPacked(file) ? [first!.ref.digest, first!.ref.checksum] : [blobs.length];
    return [path, mode, null, size, ...content];
  });
  return { unit: name, facts, files: listed, refs: files.filter((file) => !isPacked(file)).flatMap(refsOf) };
}

function isPacked({ blobs }: PoisonedFile): boolean {
  return blobs.length === 1 && blobs[0]!.ref.size <= maxPackedBytes;
}

function refsOf({ blobs }: PoisonedFile): readonly JsonObject[] {
  return blobs.map(({ ref }) => ({ ...ref }));
}

function lineOf(value: JsonObject): string {
  return `${JSON.stringify(value)}\n`;
}

/** Who may write what he likes to a team's Redis, and knows how everything in it is encoded. */
export class Poisoner implements Disposable {
  readonly #store: { readonly blobs: BlobStore; readonly metas: MetaStore; close(): void };
  readonly #server: RedisServer;

  constructor(server: RedisServer) {
    this.#server = server;
    this.#store = openRedisStore({ url: server.url });
  }

  /** A snapshot of these pages under its right name, with right hashes throughout; answers its id. */
  async plantSnapshot(pages: readonly Blob[], others: readonly Blob[] = []): Promise<string> {
    await this.#store.blobs.putMany([...pages, ...others]);
    const id = idOf(pages);
    const named = new Map(pages.map(({ ref }, i) => [String(i), { ...ref, index: true as const }]));
    const key = snapshotKey(id);
    const meta = { key, blobs: named, attributes: {}, writer: 'somebody', time: 0 };
    await this.plantMeta(keyHashOf(key), encodeMeta(meta, checksumOf));
    return id;
  }

  async plantMeta(key: KeyHash, bytes: Uint8Array): Promise<void> {
    await this.#store.metas.put(key, bytes);
  }

  /** Every ref of the team leads there. */
  async pointRefsAt(snapshot: string): Promise<void> {
    for (const meta of await this.#refs()) {
      const attributes = { ...meta.attributes, snapshot };
      await this.plantMeta(keyHashOf(meta.key), encodeMeta({ ...meta, attributes }, checksumOf));
    }
  }

  /** In the place of a blob's value, bytes as they are. */
  async setValue({ ref }: Blob, value: Buffer): Promise<void> {
    const name = `cleanmiss:1:default:b:${ref.digest}`;
    const head = `*3\r\n$3\r\nSET\r\n$${name.length}\r\n${name}\r\n$${value.length}\r\n`;
    const socket = connect({ port: this.#server.port, host: '127.0.0.1' });
    socket.write(Buffer.concat([Buffer.from(head), value, Buffer.from('\r\n')]));
    const [answer] = await new Promise<readonly [string]>((resolve, reject) => {
      socket.once('data', (chunk: Buffer) => {
        resolve([chunk.toString('latin1')]);
      });
      socket.once('error', reject);
    });
    socket.destroy();
    if (answer !== '+OK\r\n') throw new Error(answer);
  }

  [Symbol.dispose](): void {
    this.#store.close();
  }

  async #refs(): Promise<readonly Meta[]> {
    const keys: KeyHash[] = [];
    for await (const key of this.#store.metas.list()) keys.push(key);
    const found = (await this.#store.metas.getMany(keys)).map(
      (bytes) => bytes && decodeMeta(bytes, checksumOf),
    );
    const metas = found.flatMap((decoded) => (decoded?.ok ? [decoded.meta] : []));
    return metas.filter(({ key }) => (key as JsonObject)['type'] === 'ref');
  }
}

/** As a snapshot is named: by what it names. */
function idOf(pages: readonly Blob[]): string {
  const digests = pages.map(({ ref }) => ref.digest);
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}
