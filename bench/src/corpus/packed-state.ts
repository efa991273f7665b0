import { blobOf, loadChecksum, type Blob, type BlobStore, type ChecksumOf } from '@cleanmiss/core';
import {
  chunksOf,
  PackedBlobs,
  prepareSnapshot,
  type FileEntry,
  type Pack,
  type StateLayout,
  type StatePath,
  type Unit,
} from '@cleanmiss/snapshot';
import type { Bench } from '../row.js';
import type { Corpus, CorpusFile } from './corpus.js';
import { layoutOf } from './layout.js';

/** A state as `cleanmiss run` stores it: small files in packs, large ones in chunks. */
export class PackedState {
  readonly #corpus: Corpus;
  readonly #units: readonly Unit[];
  readonly #packs: readonly Pack[];
  readonly #checksumOf: ChecksumOf;

  private constructor(
    corpus: Corpus,
    units: readonly Unit[],
    packs: readonly Pack[],
    checksumOf: ChecksumOf,
  ) {
    this.#corpus = corpus;
    this.#units = units;
    this.#packs = packs;
    this.#checksumOf = checksumOf;
  }

  static async of(bench: Bench): Promise<PackedState> {
    const corpus = await bench.corpus();
    const layout = await layoutOf(bench.project, bench.folder());
    const checksumOf = await loadChecksum();
    const units = unitsOf(corpus, layout, checksumOf);
    const { packs } = await prepareSnapshot({ units, packs: new Map() }, corpus.directory);
    return new PackedState(corpus, units, packs, checksumOf);
  }

  get packs(): number {
    return this.#packs.length;
  }

  /** Put together and hashed now, from the content of the files. */
  blobs(): readonly Blob[] {
    const contents = new Map(this.#corpus.files.map(({ path, bytes }) => [path, bytes]));
    const packed = new Set(this.#packs.flatMap(({ files }) => files));
    const packs = this.#packs.map(({ files }) => Buffer.concat(files.map(({ path }) => contents.get(path)!)));
    const others = this.#files().filter((file) => !packed.has(file));
    const chunks = others.flatMap(({ path }) => chunksOf(contents.get(path)!));
    return [...packs, ...chunks].map((bytes) => blobOf(bytes, this.#checksumOf));
  }

  /** The content of every file, in the order of the corpus: each blob verified by the store, each file by its checksum. */
  async read(blobs: Pick<BlobStore, 'getMany'>): Promise<readonly (Uint8Array | undefined)[]> {
    const files = this.#files();
    const packed = new PackedBlobs(blobs, this.#packs, this.#checksumOf);
    const results = (await packed.getMany(files.flatMap(({ refs }) => refs))).values();
    const contents = new Map<string, Uint8Array | undefined>();
    for (const { path, refs } of files) {
      const parts = refs.map(() => results.next().value!);
      const bytes = parts.flatMap((part) => (part.found ? [part.bytes] : []));
      contents.set(path, bytes.length === 1 ? bytes[0] : Buffer.concat(bytes));
    }
    return this.#corpus.files.map(({ path }) => contents.get(path));
  }

  #files(): readonly FileEntry[] {
    return this.#units.flatMap(({ files }) => files);
  }
}

export function packsNote(state: PackedState): string {
  return `cleanmiss stores small files of a state in packs, here ${String(state.packs)}: that is what a run does.`;
}

function unitsOf({ files }: Corpus, layout: StateLayout, checksumOf: ChecksumOf): readonly Unit[] {
  const units = new Map<string, FileEntry[]>();
  for (const file of files) {
    const name = layout.unitOf(file.path) ?? file.path;
    const unit = units.get(name) ?? [];
    unit.push(entryOf(file, checksumOf));
    units.set(name, unit);
  }
  return [...units].map(([name, entries]) => ({ name, required: false, facts: {}, files: entries }));
}

function entryOf({ path, bytes }: CorpusFile, checksumOf: ChecksumOf): FileEntry {
  const refs = chunksOf(bytes).map((chunk) => blobOf(chunk, checksumOf).ref);
  return { path: path as StatePath, mode: 0o644, mtimeMs: null, size: bytes.length, refs };
}
