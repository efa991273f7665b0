import type { RunReport } from '@cleanmiss/runner';
import { Filler } from './fault-filler.js';
import type { FaultPlace } from './fault-place.js';
import { damageValues, removeValues, storedKeys, type StoredKeys, type ValueDamage } from './fault-values.js';

/**
 * `repaired`: the remote answers, and when the run has published, a third machine finds all whole. `forgetful`: it answers, and
 * loses at any time what it was told. `unwritable`: it can be read as ever. `out`: it is out of order; the run says so, and the
 * next one does not ask it.
 */
export type FaultKind = 'repaired' | 'forgetful' | 'unwritable' | 'out';

export interface Fault {
  /** The row of the table. */
  readonly name: string;
  readonly kind: FaultKind;
  readonly outcomes: readonly RunReport['outcome'][];
  /** What the report gives as the reason; `null` for a hit. */
  readonly reason: RegExp | null;
  /** Much like another one: left out of a quick run of the tests. Default: false. */
  readonly isVariant?: boolean;
  readonly arrange: (place: FaultPlace) => Promise<Arranged>;
}

/** The remote of one run, misbehaving. */
export interface Arranged {
  readonly url: string;
  /** The fault came about: a run that did not meet it has shown nothing. Default: it cannot be missed. */
  readonly hasHappened?: () => boolean;
}

/** In every URL that has one. */
export const password = 'not-for-any-message';

/** The requests for blobs of a restore: the first is for the manifest, the second for the content. */
const BLOB_REQUEST = /:b:/;

const outage = { kind: 'out', outcomes: ['miss'], reason: /^unavailable$/ } as const;

export const faults: readonly Fault[] = [
  damaged('one byte flipped in a twentieth of the blobs', 'contents', 'flip'),
  variant(damaged('a twentieth of the blobs truncated', 'contents', 'truncate')),
  damaged('a twentieth of the blobs swapped with another valid one', 'contents', 'swap'),
  variant(damaged('a twentieth of the blobs replaced by others of the same length', 'contents', 'forge')),
  variant(damaged('metas without their blobs: a twentieth of the blobs gone', 'contents', 'remove')),
  variant(damaged('one byte flipped in the manifest', 'pages', 'flip')),
  damaged('a meta without its blob: the manifest gone', 'pages', 'remove'),
  damaged('one byte flipped in the snapshot’s meta', 'snapshots', 'flip'),
  variant(damaged('the snapshot’s meta truncated', 'snapshots', 'truncate')),
  variant(damaged('the snapshot’s meta swapped with a valid ref', 'snapshots', 'swap')),
  variant(damaged('refs to a snapshot whose meta is gone', 'snapshots', 'remove')),
  variant(damaged('one byte flipped in each ref', 'refs', 'flip')),
  variant(damaged('each ref truncated', 'refs', 'truncate')),
  variant(flushed('FLUSHALL when the manifest is asked for', 1)),
  flushed('FLUSHALL when the blobs are asked for', 2),
  evicted('evicted while in use: `maxmemory` 5 MB, `allkeys-lru`, others fill it'),
  unwritable('`-OOM` on every write: `maxmemory` reached, `noeviction`', async (place) => {
    const server = await place.server();
    await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '100kb');
    return server.url;
  }),
  variant(
    unwritable('`-READONLY` on every write: a replica', async (place) => {
      const [server, gone] = [await place.server(), await place.server()];
      await gone.stop();
      await server.cli('REPLICAOF', '127.0.0.1', String(gone.port));
      return server.url;
    }),
  ),
  unwritable('an ACL user who may only read', async (place) => {
    const { port } = await place.server({ acl: [`user laptop on >${password} ~cleanmiss:* -@all +get`] });
    return `redis://laptop:${password}@127.0.0.1:${port}`;
  }),
  out('`-ERR` to every read', async (place) => {
    return (await place.server({ settings: { 'rename-command': 'GET ""' } })).url;
  }),
  out('`-LOADING` to everything', (place) => replying(place, '-LOADING Redis is loading the dataset\r\n')),
  variant(out('another protocol', (place) => replying(place, 'HTTP/1.1 400 Bad Request\r\n\r\n'))),
  out('auth refused: wrong password', async (place) => {
    const { port } = await place.server({ settings: { requirepass: 'another' } });
    return `redis://:${password}@127.0.0.1:${port}`;
  }),
  variant(
    out('auth refused: an ACL user who may do nothing here', async (place) => {
      const { port } = await place.server({ acl: [`user ci on >${password} ~other:* +get`] });
      return `redis://ci:${password}@127.0.0.1:${port}`;
    }),
  ),
  variant(
    out('TLS to a server that speaks none', async (place) => {
      const { port } = await place.server();
      return `rediss://127.0.0.1:${port}`;
    }),
  ),
  out('a host name that does not resolve', () => Promise.resolve('redis://cleanmiss.invalid:6379')),
  out('connection refused', async (place) => {
    const server = await place.server();
    await server.stop();
    return server.url;
  }),
  out('accepts and never answers', async (place) => (await place.proxy({ kind: 'silent' })).url),
  variant(stopped('SIGSTOP when the manifest is asked for', 1)),
  stopped('SIGSTOP when the blobs are asked for', 2),
  variant(
    out('reset in the middle of a ref', async (place) => {
      return (await place.proxy({ kind: 'reset-after', replyBytes: 300 }, await place.server())).url;
    }),
  ),
  out('reset in the middle of a blob', async (place) => {
    return (await place.proxy({ kind: 'reset-after', replyBytes: 50_000 }, await place.server())).url;
  }),
  out('slow: 1 kB/s', async (place) => {
    return (await place.proxy({ kind: 'slow', bytesPerSecond: 1000 }, await place.server())).url;
  }),
  out('a reply of 2 GB announced, and sent', async (place) => {
    return (await place.proxy({ kind: 'announce', bytes: 2 * 1024 ** 3 }, await place.server())).url;
  }),
];

function variant(fault: Fault): Fault {
  return { ...fault, isVariant: true };
}

/** Of blobs a twentieth, of anything else all. */
function damaged(name: string, what: keyof StoredKeys, how: ValueDamage | 'remove'): Fault {
  const reasons = {
    contents: how === 'remove' ? /^blob-missing$/ : /^blob-corrupt$/,
    pages: how === 'remove' ? /^blob-missing$/ : /^blob-corrupt$/,
    snapshots: how === 'remove' ? /^absent$/ : /^meta-corrupt$/,
    refs: /^meta-corrupt$/,
  };
  return {
    name,
    kind: 'repaired',
    // A miss where a file is hit that the rest must not be used without.
    outcomes: what === 'contents' ? ['partial', 'miss'] : ['miss'],
    reason: reasons[what],
    async arrange(place) {
      const server = await place.server();
      const keys = await storedKeys(server);
      const struck = what === 'contents' ? keys.contents.filter((_, i) => i % 20 === 7) : keys[what];
      if (how === 'remove') await removeValues(server, struck);
      else await damageValues(server, struck, how, what === 'contents' ? keys.pages[0]! : keys.refs[0]!);
      return { url: server.url };
    },
  };
}

function flushed(name: string, count: number): Fault {
  return {
    name,
    kind: 'repaired',
    outcomes: ['miss'],
    reason: /^blob-missing$/,
    async arrange(place) {
      const server = await place.server();
      const act = async () => {
        await server.cli('FLUSHALL');
      };
      const tripwire = await place.tripwire({ port: server.port, request: BLOB_REQUEST, count, act });
      return { url: tripwire.url, hasHappened: () => tripwire.isTripped };
    },
  };
}

function evicted(name: string): Fault {
  return {
    name,
    kind: 'forgetful',
    outcomes: ['partial', 'miss'],
    reason: /^(?:blob-missing|absent)$/,
    async arrange(place) {
      const settings = { maxmemory: '5mb', 'maxmemory-policy': 'allkeys-lru' };
      const server = await place.server({ settings });
      const filler = new Filler(server);
      place.atEnd(() => filler.stop());
      const act = () => filler.start();
      const tripwire = await place.tripwire({ port: server.port, request: BLOB_REQUEST, count: 2, act });
      return { url: tripwire.url, hasHappened: () => tripwire.isTripped };
    },
  };
}

function unwritable(name: string, urlOf: (place: FaultPlace) => Promise<string>): Fault {
  const arrange = async (place: FaultPlace) => ({ url: await urlOf(place) });
  return { name, kind: 'unwritable', outcomes: ['hit'], reason: null, arrange };
}

function out(name: string, urlOf: (place: FaultPlace) => Promise<string>): Fault {
  return { name, ...outage, arrange: async (place) => ({ url: await urlOf(place) }) };
}

function stopped(name: string, count: number): Fault {
  return {
    name,
    ...outage,
    async arrange(place) {
      const server = await place.server();
      const act = () => {
        server.pause();
      };
      const tripwire = await place.tripwire({ port: server.port, request: BLOB_REQUEST, count, act });
      return { url: tripwire.url, hasHappened: () => tripwire.isTripped };
    },
  };
}

async function replying(place: FaultPlace, text: string): Promise<string> {
  return (await place.proxy({ kind: 'reply', text })).url;
}
