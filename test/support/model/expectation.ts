import {
  keyHashOf,
  type BlobRef,
  type Digest,
  type Json,
  type JsonObject,
  type KeyHash,
} from '@cleanmiss/core';
import { refKey, snapshotKey } from '@cleanmiss/snapshot';
import { isValue, type BlobState, type Disk, type Item, type KeyState } from './disk.js';
import { collect } from './expected-collection.js';
import { entriesOf, textOf, type Answer, type Operation, type PutEntry } from './operations.js';
import {
  closureOf,
  contentsOf,
  contextHash,
  refNames,
  valueOf,
  type Universe,
  type ValueText,
} from './universe.js';

export interface Expected {
  readonly disk: Disk;
  readonly answer: Answer;
}

/** What one operation does to a store, alone and to its end: the rules, in as few words as they can be said. */
export function expectedOf(operation: Operation, disk: Disk, now: number, universe: Universe): Expected {
  const draft = new Draft(disk, now, universe);
  const answer = draft.perform(operation);
  return { disk: draft, answer };
}

/** Keys that an operation puts after another: where the second is there, the first is. */
export function orderedKeysOf(
  operation: Operation,
  universe: Universe,
): readonly (readonly [KeyHash, KeyHash])[] {
  switch (operation.op) {
    case 'put': {
      const hashOf = ({ key }: PutEntry) => keyHashOf(universe.userKeys[key]!);
      const [first] = operation.entries;
      return operation.entries.flatMap((entry) => (entry.follows ? [[hashOf(first!), hashOf(entry)]] : []));
    }
    case 'publish':
    case 'announce':
      return [[snapshotHash(operation.state, universe), refHash(operation.ref)]];
    case 'delete':
    case 'gc':
    case 'get':
    case 'getMetas':
    case 'restore':
    case 'stats':
    case 'verify':
      return [];
  }
}

export class Draft implements Disk {
  readonly keys: Map<KeyHash, Item<KeyState>>;
  readonly blobs: Map<Digest, Item<BlobState>>;
  retired: Disk['retired'];
  rescuable: Disk['rescuable'];
  temporaries: Disk['temporaries'];
  readonly now: number;
  readonly universe: Universe;

  constructor(disk: Disk, now: number, universe: Universe) {
    this.keys = new Map(disk.keys);
    this.blobs = new Map(disk.blobs);
    this.retired = disk.retired;
    this.rescuable = disk.rescuable;
    this.temporaries = disk.temporaries;
    this.now = now;
    this.universe = universe;
  }

  perform(operation: Operation): Answer {
    switch (operation.op) {
      case 'put':
        return this.#put(operation.entries);
      case 'get':
        return this.#get(operation.keys.map((key) => this.#userHash(key)));
      case 'getMetas':
        return operation.keys.map((key) => {
          const state = this.#readMeta(this.#userHash(key));
          return isValueOrMiss(state) ? { value: state.value } : state;
        });
      case 'delete':
        this.keys.delete(this.#userHash(operation.key));
        return null;
      case 'publish':
        return this.#publish(operation.state, operation.ref);
      case 'announce':
        return this.#announce(operation.state, operation.ref);
      case 'restore':
        return this.#restore(operation.ref);
      case 'gc':
        return collect(this, operation);
      case 'verify':
        return this.#verify();
      case 'stats':
        return { metas: this.keys.size, blobs: this.blobs.size };
    }
  }

  #put(entries: readonly PutEntry[]): Answer {
    const refs = (entry: PutEntry) => entry.blobs.map((blob) => this.universe.blobs[blob]!.ref);
    for (const ref of entries.flatMap(refs)) this.#store(ref);
    const stored = entriesOf(entries, this.universe);
    for (const [i, entry] of entries.entries()) {
      const named = new Map(refs(entry).map((ref, n) => [`b${n}`, ref]));
      this.#putMeta(keyHashOf(stored[i]!.key), textOf({ blobs: named, attributes: stored[i]!.attributes! }));
    }
    return null;
  }

  #get(hashes: readonly KeyHash[]): Answer {
    const metas = hashes.map((hash) => this.#readMeta(hash));
    const answers = metas.map((state) => (isValueOrMiss(state) ? this.#hitOf(state.value) : state));
    this.#readBlobs(metas.flatMap((state) => (isValueOrMiss(state) ? namedBy(state.value) : [])));
    return answers;
  }

  /** Why not, or all of it. */
  #hitOf(value: ValueText): Json {
    for (const { digest } of namedBy(value)) {
      const state = this.blobs.get(digest)?.state;
      if (state !== 'good') return state === undefined ? 'blob-missing' : 'blob-corrupt';
    }
    return { value, blobs: contentsOf(value, this.universe) };
  }

  #publish(state: number, ref: number): Answer {
    const { packs, pages } = this.universe.states[state]!.prepared;
    const all = [...packs, ...pages].map(({ ref }) => ref);
    const isMissing = ({ digest }: BlobRef) => !this.#isThere(digest);
    const missing = new Set(all.filter(isMissing).map(({ digest }) => digest));
    const stored = packs.filter(({ ref }) => missing.has(ref.digest));
    for (const { digest } of all)
      this.blobs.set(digest, {
        state: missing.has(digest) ? 'good' : this.blobs.get(digest)!.state,
        time: this.now,
      });
    this.#putMeta(snapshotHash(state, this.universe), snapshotText(state, this.universe));
    this.#putRef(state, ref);
    return {
      files: stored.reduce((sum, pack) => sum + pack.files.length, 0),
      bytes: stored.reduce((sum, { ref }) => sum + ref.size, 0),
    };
  }

  #announce(state: number, ref: number): Answer {
    const hash = snapshotHash(state, this.universe);
    const found = this.#readMeta(hash);
    if (!isValueOrMiss(found)) return false;
    this.#putMeta(hash, found.value);
    this.#putRef(state, ref);
    return true;
  }

  #restore(ref: number): Answer {
    const found = this.#readMeta(refHash(ref));
    if (!isValueOrMiss(found)) return found;
    const { snapshot: id } = valueOf(found.value).attributes as { readonly snapshot: string };
    const meta = this.#readMeta(keyHashOf(snapshotKey(id)));
    if (!isValueOrMiss(meta)) return meta;
    const { prepared, files } = this.universe.states.find((state) => state.prepared.id === id)!;
    const pages = new Set(this.#readBlobs(prepared.pages.map((page) => page.ref)));
    const listed = [...pages].flatMap((page) =>
      this.universe.listedBy.get(page)!.map(({ digest }) => digest),
    );
    const packs = prepared.packs.filter(({ ref }) => listed.includes(ref.digest));
    const good = new Set(this.#readBlobs(packs.map(({ ref }) => ref)));
    const whole = packs.filter(({ ref }) => good.has(ref.digest));
    const names = whole.flatMap((pack) => pack.files.map(({ path }) => path)).sort();
    return Object.fromEntries(names.map((name) => [name, files[name]!]));
  }

  #verify(): Answer {
    for (const { name, item } of this.rescuable) {
      const items = (this.universe.keyOf.has(name as KeyHash) ? this.keys : this.blobs) as Map<
        string,
        unknown
      >;
      if (!items.has(name)) items.set(name, item);
    }
    this.rescuable = [];
    const blobsBefore = this.blobs.size;
    for (const [digest, { state }] of this.blobs) if (state !== 'good') this.blobs.delete(digest);
    let [incompleteMetas, corruptMetas, unknownFormats] = [0, 0, 0];
    for (const [hash, { state }] of this.keys) {
      if (state === 'unknown-format') unknownFormats += 1;
      else if (!isValue(state)) {
        this.keys.delete(hash);
        corruptMetas += 1;
      } else if (!this.#isComplete(state)) incompleteMetas += 1;
    }
    const corruptBlobs = blobsBefore - this.blobs.size;
    const metas = this.keys.size - unknownFormats;
    return { metas, blobs: this.blobs.size, corruptBlobs, corruptMetas, incompleteMetas, unknownFormats };
  }

  #isComplete(value: ValueText): boolean {
    const isThere = (digest: Digest) => this.blobs.has(digest);
    return closureOf(value, this.universe, isThere).every(({ digest }) => isThere(digest));
  }

  #readMeta(hash: KeyHash): { readonly value: ValueText } | string {
    const item = this.keys.get(hash);
    if (!item) return 'absent';
    this.keys.set(hash, { ...item, time: this.now });
    return isValue(item.state) ? { value: item.state } : item.state;
  }

  /** Those that are good; the damaged ones are taken out of the way. */
  #readBlobs(refs: readonly BlobRef[]): readonly Digest[] {
    const digests = refs.map(({ digest }) => digest);
    const good = digests.filter((digest) => this.blobs.get(digest)?.state === 'good');
    for (const digest of digests) if (!good.includes(digest)) this.blobs.delete(digest);
    return good;
  }

  #store({ digest }: BlobRef): void {
    this.blobs.set(digest, { state: 'good', time: this.now });
  }

  #putMeta(hash: KeyHash, state: ValueText): void {
    this.keys.set(hash, { state, time: this.now });
  }

  #putRef(state: number, ref: number): void {
    const attributes = { snapshot: this.universe.states[state]!.prepared.id };
    this.#putMeta(refHash(ref), textOf({ blobs: new Map(), attributes }));
  }

  /** To a writer, who does not read it: by its length. */
  #isThere(digest: Digest): boolean {
    const state = this.blobs.get(digest)?.state;
    return state === 'good' || state === 'flipped';
  }

  #userHash(key: number): KeyHash {
    return keyHashOf(this.universe.userKeys[key]!);
  }
}

function isValueOrMiss(
  state: { readonly value: ValueText } | string,
): state is { readonly value: ValueText } {
  return typeof state !== 'string';
}

function namedBy(value: ValueText): readonly BlobRef[] {
  return Object.values(valueOf(value).blobs);
}

function refHash(ref: number): KeyHash {
  return keyHashOf(refKey(contextHash, refNames[ref]!));
}

function snapshotHash(state: number, { states }: Universe): KeyHash {
  return keyHashOf(snapshotKey(states[state]!.prepared.id));
}

function snapshotText(state: number, { states }: Universe): ValueText {
  const { units, pages } = states[state]!.prepared;
  const files = units.flatMap((unit) => unit.files);
  const attributes: JsonObject = {
    units: units.length,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    required: [],
  };
  const blobs = new Map(pages.map(({ ref }, i) => [String(i), { ...ref, index: true } as const]));
  return textOf({ blobs, attributes });
}
