import {
  CacheError,
  blobOf,
  loadChecksum,
  originsOf,
  provenanceOf,
  type BlobMissReason,
  type Cache,
  type CacheEntry,
  type Digest,
  type Json,
  type JsonObject,
  type MetaResult,
  type MissReason,
  type NamedBlobRef,
  type Origin,
} from '@cleanmiss/core';
import { trafficBatchesOf } from './batches.js';
import { setAsideKey, snapshotKey } from './keys.js';
import { isState, maxManifestBytes, type FileEntry, type Unit } from './manifest.js';
import { readPack } from './pack-content.js';
import { packGroupsOf, packKeyOf, type Pack } from './packs.js';
import { decodePage, encodePage, idOfPages, pageGroupsOf, type Page } from './pages.js';
import type { WantedState } from './restore.js';
import type { SlotIndex } from './slot-index.js';
import { uploadMissing, type Uploadable, type Uploaded } from './upload.js';

export interface Snapshot {
  readonly id: string;
  readonly units: readonly Unit[];
  readonly packs: readonly Pack[];
  /** Why some of its units could not be listed; `undefined` where all are here. */
  readonly lost: BlobMissReason | undefined;
  /** Who had a hand in it. */
  readonly origins: readonly Origin[];
}

export type LoadedSnapshot =
  { readonly ok: true; readonly snapshot: Snapshot } | { readonly ok: false; readonly reason: MissReason };

export interface SaveOptions {
  /** Put with it. */
  readonly refs?: readonly CacheEntry[];
  /** What the store was found to have so short a time ago that no collection takes it. */
  readonly present?: ReadonlySet<Digest>;
  /** Who had a hand in what it was made from. Default: nobody. */
  readonly origins?: readonly Origin[];
  /** What it was made with, for whoever wants to revoke it. */
  readonly about?: JsonObject;
}

/** A snapshot that has its name, and is stored nowhere yet. */
export interface PreparedSnapshot extends Uploadable {
  readonly id: string;
}

/**
 * Reads and hashes the files of those packs that are not known.
 * @throws {CacheError} `ERR_INVALID_STATE` for a file that is not what it was when it was captured
 */
export async function prepareSnapshot(
  { units, packs: known }: Pick<SlotIndex, 'units' | 'packs'>,
  stateDir: string,
): Promise<PreparedSnapshot> {
  const checksumOf = await loadChecksum();
  const packOf = (files: readonly FileEntry[]): Pack => {
    const ref = known.get(packKeyOf(files)) ?? blobOf(readPack(stateDir, files, checksumOf), checksumOf).ref;
    return { ref, files };
  };
  const pages = pageGroupsOf(units, checksumOf).map((group): Page => {
    return { units: group, packs: packGroupsOf(group, checksumOf).map(packOf) };
  });
  const encoded = pages.map((page) => encodePage(page, checksumOf));
  const id = idOfPages(encoded.map(({ ref }) => ref.digest));
  return { id, units, packs: pages.flatMap(({ packs }) => packs), pages: encoded };
}

/** What a slot holds, to be restored once more: its packs, as far as they are known. */
export async function wantedStateOf({ units, packs: known }: SlotIndex): Promise<WantedState> {
  const checksumOf = await loadChecksum();
  const groups = pageGroupsOf(units, checksumOf).flatMap((group) => packGroupsOf(group, checksumOf));
  const packs = groups.flatMap((files): readonly Pack[] => {
    const ref = known.get(packKeyOf(files));
    return ref ? [{ ref, files }] : [];
  });
  return { units, packs };
}

/** Snapshots in a cache: an immutable meta whose blobs are the pages of the manifest. */
export class SnapshotStore {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** A snapshot that was set aside, or misses a unit that the rest must not be used without, is a miss. */
  async load(id: string): Promise<LoadedSnapshot> {
    const [found, aside] = await this.#cache.getMetas([snapshotKey(id), setAsideKey(id)]);
    if (aside!.hit) return { ok: false, reason: 'untrusted' };
    const pages = pagesNamedBy(found!, id);
    if (typeof pages === 'string') return { ok: false, reason: pages };
    const { units, packs, lost } = await this.#readPages(pages);
    if (!isState(units)) return { ok: false, reason: 'meta-corrupt' };
    const names: ReadonlySet<Json> = new Set(units.map(({ name }) => name));
    const required = requiredUnits(found!);
    if (lost && !required.every((name) => names.has(name))) return { ok: false, reason: lost };
    const origins = found!.hit ? originsOf(found!.meta) : [];
    return { ok: true, snapshot: { id, units, packs, lost, origins } };
  }

  /**
   * Stores what is missing of the content (read from `stateDir`), then the manifest, then the meta that names it, then the
   * `refs` to it.
   * @throws {CacheError} `ERR_INVALID_STATE` where it is so large that nobody would load it
   */
  async save(
    prepared: PreparedSnapshot,
    stateDir: string,
    { refs = [], present = new Set(), origins = [], about = {} }: SaveOptions = {},
  ): Promise<Uploaded> {
    const { id, units, pages } = prepared;
    const named = pages.map(({ ref }, i) => [String(i), { ...ref, index: true }] as const);
    refuseUnreadable(units, lengthOf(named.map(([, page]) => page)));
    const uploaded = await uploadMissing(this.#cache.blobs, prepared, { stateDir, present });
    const files = units.flatMap((unit) => unit.files);
    const entry = {
      key: snapshotKey(id),
      blobs: Object.fromEntries(named),
      origins,
      attributes: {
        ...about,
        units: units.length,
        files: files.length,
        bytes: files.reduce((sum, file) => sum + file.size, 0),
        required: units.filter((unit) => unit.required).map(({ name }) => name),
      },
    };
    await this.#cache.putMany([entry, ...refs]);
    return uploaded;
  }

  /**
   * Where this machine's tier has the snapshot, has it told to the others once more, which renews what they hold of it;
   * answers whether it has. Moves the `refs` to it.
   */
  async announce(id: string, local: Cache, refs: readonly CacheEntry[] = []): Promise<boolean> {
    const key = snapshotKey(id);
    const [found] = await local.getMetas([key]);
    if (!found!.hit) return false;
    const { meta } = found!;
    const blobs = Object.fromEntries(meta.blobs);
    const again = { key, blobs, attributes: meta.attributes, ...provenanceOf(meta) };
    await this.#cache.putMany([again, ...refs]);
    return true;
  }

  /** Nobody is handed this snapshot from now on: a checker broke down on it. Nobody on this machine, where that is not certain yet. */
  async setAside(id: string, why: string, isCertain: boolean): Promise<void> {
    const attributes = { why };
    await this.#cache.put({ key: setAsideKey(id), blobs: {}, attributes, localOnly: !isCertain });
  }

  /** It was not the snapshot's fault after all. */
  async takeBack(id: string): Promise<void> {
    await this.#cache.delete(setAsideKey(id));
  }

  async #readPages(
    pages: readonly NamedBlobRef[],
  ): Promise<Page & { readonly lost: BlobMissReason | undefined }> {
    const units: Unit[] = [];
    const packs: Pack[] = [];
    let lost: BlobMissReason | undefined;
    for (const batch of trafficBatchesOf(pages, ({ size }) => size)) {
      for (const result of await this.#cache.blobs.getMany(batch)) {
        const page = result.found ? decodePage(result.bytes) : undefined;
        for (const unit of page?.units ?? []) units.push(unit);
        for (const pack of page?.packs ?? []) packs.push(pack);
        if (!page) lost ??= result.found ? 'blob-corrupt' : result.reason;
      }
    }
    return { units, packs, lost };
  }
}

function pagesNamedBy(found: MetaResult, id: string): readonly NamedBlobRef[] | MissReason {
  if (!found.hit) return found.reason;
  const pages = [...found.meta.blobs].sort(([a], [b]) => Number(a) - Number(b)).map(([, ref]) => ref);
  // The id is the hash of what it names: a meta that says otherwise is not this snapshot's.
  const isItsOwn = idOfPages(pages.map(({ digest }) => digest)) === id;
  return isItsOwn && lengthOf(pages) <= maxManifestBytes ? pages : 'meta-corrupt';
}

function lengthOf(pages: readonly NamedBlobRef[]): number {
  return pages.reduce((sum, { size }) => sum + size, 0);
}

function requiredUnits(found: MetaResult): readonly Json[] {
  const required = found.hit ? found.meta.attributes['required'] : [];
  return Array.isArray(required) ? (required as readonly Json[]) : [];
}

function refuseUnreadable(units: readonly Unit[], manifestBytes: number): void {
  if (manifestBytes <= maxManifestBytes && isState(units)) return;
  throw new CacheError('ERR_INVALID_STATE', 'the state is too large to be stored as a snapshot');
}
