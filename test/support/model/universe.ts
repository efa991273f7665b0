import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  blobOf,
  decodeIndex,
  keyHashOf,
  loadChecksum,
  type Blob,
  type BlobRef,
  type Digest,
  type Json,
  type Key,
  type KeyHash,
} from '@cleanmiss/core';
import {
  captureState,
  emptyIndex,
  prepareSnapshot,
  refKey,
  snapshotKey,
  type PreparedSnapshot,
  type RefName,
  type StateLayout,
} from '@cleanmiss/snapshot';

/** Few of each, so that contents and keys collide: also those of snapshots with those of a library's user. */
const texts = ['', 'a', 'bb', 'ccc', 'dddd'];
const stateFiles: readonly Readonly<Record<string, string>>[] = [
  { 'd.meta': 'a', 'd.data': 'bb', 'e.meta': 'dddd', 'f.meta': 'ccc' },
  { 'd.meta': 'a', 'd.data': 'bb', 'e.meta': 'ccc', 'g.meta': 'eeeee' },
];
export const contextHash = 'c0ffee';
export const refNames: readonly RefName[] = [{ by: 'context' }, { by: 'project', project: 'p' }];
const userKeys: readonly Key[] = [{ k: 0 }, { k: 1 }, 'k2'];

export interface State {
  readonly files: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly prepared: PreparedSnapshot;
}

/** All that a trial may ever store. */
export interface Universe {
  /** A folder for what is in between. */
  readonly scratch: string;
  readonly blobs: readonly Blob[];
  readonly userKeys: readonly Key[];
  readonly states: readonly State[];
  /** By the hash under which a store keeps it: every key that may be put. */
  readonly keyOf: ReadonlyMap<KeyHash, Key>;
  readonly contentOf: ReadonlyMap<Digest, Uint8Array>;
  /** What index blobs list. */
  readonly listedBy: ReadonlyMap<Digest, readonly BlobRef[]>;
}

/** `directory`: for the files of the states. The same in every process that is given the same. */
export async function openUniverse(directory: string): Promise<Universe> {
  const checksumOf = await loadChecksum();
  const blobs = texts.map((text) => blobOf(Buffer.from(text), checksumOf));
  const states: State[] = [];
  for (const [i, files] of stateFiles.entries()) {
    const place = join(directory, String(i));
    mkdirSync(place, { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(place, path), text);
    const prepared = await prepareSnapshot(await captureState(place, layout, emptyIndex), place);
    states.push({ files, directory: place, prepared });
  }
  const pages = states.flatMap(({ prepared }) => prepared.pages);
  const packs = states.flatMap(({ files, prepared }) =>
    prepared.packs.map((pack) => ({
      ref: pack.ref,
      bytes: Buffer.from(pack.files.map(({ path }) => files[path]!).join('')),
    })),
  );
  const keys: readonly Key[] = [
    ...userKeys,
    ...states.map(({ prepared }) => snapshotKey(prepared.id)),
    ...refNames.map((name) => refKey(contextHash, name)),
  ];
  return {
    scratch: directory,
    blobs,
    userKeys,
    states,
    keyOf: new Map(keys.map((key) => [keyHashOf(key), key])),
    contentOf: new Map([...blobs, ...pages, ...packs].map(({ ref, bytes }) => [ref.digest, bytes])),
    listedBy: new Map(pages.map(({ ref, bytes }) => [ref.digest, listedIn(bytes)])),
  };
}

/** A file's unit is its name up to the dot. */
const layout: StateLayout = {
  unitOf: (path) => path.replace(/\..*$/, ''),
  keepsTime: () => false,
  writing: () => 'in-place',
  isRequired: () => false,
  factsOf: () => ({}),
  unitsToDistrust: () => Promise.resolve(new Set()),
  unitsToDrop: () => new Set(),
};

function listedIn(page: Uint8Array): readonly BlobRef[] {
  return decodeIndex(page)!.flatMap(({ refs }) => refs);
}

/** What says one thing about a value: equal values have equal texts. */
export type ValueText = string & { readonly value: unique symbol };

/** What a meta says, without who said it when. */
export interface Value {
  readonly blobs: Readonly<Record<string, BlobRef & { readonly index?: true }>>;
  readonly attributes: Json;
}

export function valueOf(text: ValueText): Value {
  return JSON.parse(text) as Value;
}

/** The blobs that a value names, and those that its index blobs list, as far as they can be read. */
export function closureOf(
  text: ValueText,
  { listedBy }: Universe,
  isReadable: (page: Digest) => boolean,
): readonly BlobRef[] {
  const named = Object.values(valueOf(text).blobs);
  return named.flatMap((ref) =>
    ref.index && isReadable(ref.digest) ? [ref, ...listedBy.get(ref.digest)!] : [ref],
  );
}

/** What a hit hands out, by name. */
export function contentsOf(text: ValueText, { contentOf }: Universe): Readonly<Record<string, string>> {
  const blobs = Object.entries(valueOf(text).blobs);
  return Object.fromEntries(
    blobs.map(([name, { digest }]) => [name, Buffer.from(contentOf.get(digest)!).toString()]),
  );
}
