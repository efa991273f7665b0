import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  decodeMeta,
  loadChecksum,
  type ChecksumOf,
  type Digest,
  type KeyHash,
} from '@cleanmiss/core';
import { textOf } from './operations.js';
import type { Universe, ValueText } from './universe.js';

/** `flipped`: of the right length. `cut`: of another. Both damaged. */
export type BlobState = 'good' | 'flipped' | 'cut';
export type KeyState = ValueText | 'meta-corrupt' | 'unknown-format';

export interface Item<State> {
  readonly state: State;
  /** When it was last written or relied on. */
  readonly time: number;
}

/** A file under another name than its own, until it is removed or put back. */
export type Aside =
  | { readonly of: 'key'; readonly name: KeyHash; readonly item: Item<KeyState> }
  | { readonly of: 'blob'; readonly name: Digest; readonly item: Item<BlobState> };

/** All that a store has on its disk, in terms of what it means. What is absent is not in it. */
export interface Disk {
  readonly keys: ReadonlyMap<KeyHash, Item<KeyState>>;
  readonly blobs: ReadonlyMap<Digest, Item<BlobState>>;
  /** Those whose names a collection has taken. */
  readonly retired: readonly Aside[];
  /** Good ones in quarantine: who moved them there was killed before it put them back. */
  readonly rescuable: readonly Aside[];
  /** Times of temporary files. */
  readonly temporaries: readonly number[];
}

export const emptyDisk: Disk = {
  keys: new Map(),
  blobs: new Map(),
  retired: [],
  rescuable: [],
  temporaries: [],
};

export function isValue(state: KeyState): state is ValueText {
  return state !== 'meta-corrupt' && state !== 'unknown-format';
}

const checksumOf: ChecksumOf = await loadChecksum();

/**
 * Reads a store past its own code, and renews nothing.
 * @throws where there is anything that no operation has put there
 */
export function readDisk(directory: string, universe: Universe): Disk {
  const root = join(directory, 'v1');
  const keys = new Map<KeyHash, Item<KeyState>>();
  const blobs = new Map<Digest, Item<BlobState>>();
  const retired: Aside[] = [];
  const temporaries: number[] = [];
  const keyItem = (path: string, name: KeyHash) => itemAt(path, (bytes) => keyStateOf(bytes, name, universe));
  const blobItem = (path: string, name: Digest) =>
    itemAt(path, (bytes) => blobStateOf(bytes, name, universe));
  for (const { kind, name, path } of filesIn(join(root, 'metas'))) {
    const hash = name as KeyHash;
    if (kind === 'temporary') temporaries.push(timeAt(path));
    else if (kind === 'retired') retired.push({ of: 'key', name: hash, item: keyItem(path, hash) });
    else keys.set(hash, keyItem(path, hash));
  }
  for (const { kind, name, path } of filesIn(join(root, 'blobs'))) {
    const digest = name as Digest;
    if (kind === 'temporary') temporaries.push(timeAt(path));
    else if (kind === 'retired') retired.push({ of: 'blob', name: digest, item: blobItem(path, digest) });
    else blobs.set(digest, blobItem(path, digest));
  }
  for (const name of namesIn(root)) if (name.startsWith('.tmp-')) temporaries.push(timeAt(join(root, name)));
  const quarantine = join(root, 'quarantine');
  const rescuable = namesIn(quarantine).flatMap((fileName): readonly Aside[] => {
    const [name, path] = [fileName.slice(0, 64), join(quarantine, fileName)];
    if (universe.keyOf.has(name as KeyHash)) {
      const item = keyItem(path, name as KeyHash);
      return isValue(item.state) ? [{ of: 'key', name: name as KeyHash, item }] : [];
    }
    const item = blobItem(path, name as Digest);
    return item.state === 'good' ? [{ of: 'blob', name: name as Digest, item }] : [];
  });
  return { keys, blobs, retired, rescuable, temporaries };
}

interface StoredFile {
  readonly kind: 'file' | 'retired' | 'temporary';
  readonly name: string;
  readonly path: string;
}

/** As a collection sees them: in the order of their names. */
function filesIn(folder: string): readonly StoredFile[] {
  return namesIn(folder).flatMap((prefix) =>
    namesIn(join(folder, prefix)).map((name): StoredFile => {
      const path = join(folder, prefix, name);
      if (name.startsWith('.tmp-')) return { kind: 'temporary', name, path };
      if (name.startsWith('.gc-')) return { kind: 'retired', name: prefix + name.slice(4, 66), path };
      return { kind: 'file', name: prefix + name, path };
    }),
  );
}

function itemAt<State>(path: string, stateOf: (bytes: Uint8Array) => State): Item<State> {
  return { state: stateOf(readFileSync(path)), time: timeAt(path) };
}

function keyStateOf(bytes: Uint8Array, name: KeyHash, { keyOf }: Universe): KeyState {
  const key = keyOf.get(name);
  if (key === undefined) throw new Error(`a meta under ${name}, which is no key's`);
  const decoded = decodeMeta(bytes, checksumOf);
  if (!decoded.ok) return decoded.reason;
  return canonicalJson(decoded.meta.key) === canonicalJson(key) ? textOf(decoded.meta) : 'meta-corrupt';
}

function blobStateOf(bytes: Uint8Array, name: Digest, { contentOf }: Universe): BlobState {
  const content = contentOf.get(name);
  if (!content) throw new Error(`a blob under ${name}, which is no content's`);
  if (bytes.length !== content.length) return 'cut';
  return Buffer.compare(bytes, content) === 0 ? 'good' : 'flipped';
}

function timeAt(path: string): number {
  return lstatSync(path).mtimeMs;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
