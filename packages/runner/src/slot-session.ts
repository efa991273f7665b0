import { rmSync } from 'node:fs';
import { uptime } from 'node:os';
import {
  failOpen,
  joinOrigins,
  systemClock,
  type BlobResult,
  type Cache,
  type Clock,
  type Digest,
  type EventSink,
  type JsonObject,
  type MissReason,
  type Origin,
} from '@cleanmiss/core';
import type { Revocations } from '@cleanmiss/open-cache';
import {
  captureState,
  emptyState,
  encodeAhead,
  findCandidates,
  findPresent,
  fingerprintOf,
  knownPacksOf,
  openSlotRecord,
  prepareSnapshot,
  readLineage,
  readSlotIndex,
  readSlotRecord,
  readWorkTree,
  refEntries,
  removeUnits,
  restoreState,
  stampsIn,
  SnapshotStore,
  walkUnits,
  wantedStateOf,
  writeSlotIndex,
  writeSlotRecord,
  type Candidate,
  type Found,
  type LoadedSnapshot,
  type PreparedSnapshot,
  type ReadableBlobs,
  type Restored,
  type SlotIndex,
  type SlotRecord,
  type StateLayout,
  type Unit,
  type WantedState,
  type WorkTree,
} from '@cleanmiss/snapshot';
import { isFromStore, orderCandidates, type Choice } from './order-candidates.js';
import { nothing, type RunReport, type Volume } from './report.js';
import { lookAtSlot, restoredBase, type SlotBase, type StatePaths } from './slot-look.js';
import { takesLonger } from './takes-longer.js';
import { refsToRead, refsToWrite, type Position } from './wanted-refs.js';

export interface SlotSessionOptions {
  readonly slot: StatePaths;
  /** Rejects on an outage. While choosing and restoring that is a miss here, and `outage` is told. */
  readonly cache: Cache;
  readonly outage: EventSink;
  readonly contextHash: string;
  readonly layout: StateLayout;
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly position: Position;
  /** This machine's tier of `cache`. */
  readonly local: Cache;
  /** Others read what is stored: refs that promise them a commit want a clean work tree. */
  readonly isShared: boolean;
  /** What states are made with here, for whoever wants to revoke some. */
  readonly about: JsonObject;
  /** Who we are, to those who read what we store. */
  readonly writer: string;
  readonly revocations: Pick<Revocations, 'load' | 'list'>;
  /** Names the store, as `OpenedCache.storeId` does. */
  readonly storeId: () => string | undefined;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** What the slot holds when the checker starts. */
export interface Prepared {
  readonly outcome: RunReport['outcome'];
  readonly reason: MissReason | null;
  /** `null`: nothing, the checker starts cold. */
  readonly snapshot: string | null;
  readonly source: RunReport['source'];
  readonly restored: Volume;
}

/** A damaged or vanished snapshot sends us to the next candidate, but not for ever. */
const maxTries = 5;

/** What a store was told so long ago may have been collected there since: it is told again. */
const maxStoredAgeMs = 24 * 60 * 60 * 1000;

/** Longer than a warm check of a few thousand files. */
const lookAheadAfterMs = 1000;

const cold: Prepared = { outcome: 'miss', reason: 'absent', snapshot: null, source: null, restored: nothing };

/** A leased slot from before the checker starts until its state is stored. */
export class SlotSession {
  readonly #options: SlotSessionOptions;
  readonly #snapshots: SnapshotStore;
  #record: SlotRecord | undefined;
  /** What the slot is known to hold; `undefined`: not read yet. */
  #index: SlotIndex | undefined;
  /** The whole snapshot that the slot held when the checker started. */
  #base: SlotBase | undefined;
  /** Who had a hand in what the checker started from, and in what it leaves. */
  #origins: readonly Origin[] = [];
  /** Beside the checker; `unknown` where nobody needs to know. */
  #workTree: WorkTree = 'unknown';
  /** What the store was found to have, minutes ago at most. */
  #present: ReadonlySet<Digest> = new Set();
  /** When this run told the store. */
  #storedAt: number | undefined;

  constructor(options: SlotSessionOptions) {
    this.#options = options;
    this.#snapshots = new SnapshotStore(options.cache);
  }

  /** Brings the slot to the nearest snapshot there is. From here until `settle`, it counts as left in the middle. */
  async prepare(): Promise<Prepared> {
    const { slot, position } = this.#options;
    this.#record = await this.#unlessRevoked(this.#trustworthy(readSlotRecord(slot.recordPath)));
    openSlotRecord(slot.recordPath);
    // The same commit as in the last run here: nothing in the store is nearer than what that run left.
    if (this.#record?.commit === (position.head?.commit ?? null)) return this.#stay(this.#record);
    const { choices, trouble } = await this.#choose();
    let reason = trouble;
    for (const choice of choices) {
      const prepared = await this.#tryChoice(choice);
      if (prepared.outcome !== 'miss') return prepared;
      reason ??= prepared.reason ?? undefined;
    }
    await this.startCold();
    return { ...cold, reason: reason ?? 'absent' };
  }

  /**
   * Writes down which files the slot holds. Can be done beside the checker: should we be killed before, the next run takes none
   * of the files for known, and writes them anew.
   */
  remember(): void {
    if (this.#index) writeSlotIndex(this.#options.slot.indexPath, this.#index);
  }

  /** Does beside the checker, when there is time, what `capture` and `publish` would have to do. `ended`: when it has ended; default: it has. */
  async lookAhead(ended: Promise<unknown> = Promise.resolve()): Promise<void> {
    const { env, isShared, local, position, root } = this.#options;
    if (isShared) this.#workTree = await readWorkTree(root, position.head, { env });
    if (this.#index) this.#present = await findPresent(local.blobs, this.#index);
    // On a slot that is as the last run left it there may be nothing to do: a checker that takes longer has found something.
    else if (!(await takesLonger(ended, lookAheadAfterMs))) return;
    encodeAhead(this.#known().units);
  }

  /** Empties the slot. */
  async startCold(): Promise<void> {
    this.#record = undefined;
    this.#base = undefined;
    this.#origins = [];
    const { slot } = this.#options;
    rmSync(slot.indexPath, { force: true });
    this.#index = await emptyState(slot.stateDir);
  }

  /** After an exit that left no state to publish: where the checker wrote nothing, the slot is as good as before. */
  keepIfUntouched(): void {
    if (!this.#base || this.#base.fingerprint !== this.#fingerprint()) return;
    if (this.#record) writeSlotRecord(this.#options.slot.recordPath, this.#record);
    else this.settle(false);
  }

  /** Looks for what the run changed; `undefined` where it changed nothing. */
  async capture(): Promise<PreparedSnapshot | undefined> {
    const { slot, layout } = this.#options;
    const look = lookAtSlot(slot, layout, this.#base, () => this.#known());
    if (!look) return undefined;
    const { walked, folders } = look;
    if (this.#base?.fingerprint === look.fingerprint) {
      this.#base = { ...this.#base, folders };
      return undefined;
    }
    this.#index = await captureState(slot.stateDir, layout, this.#known(), walked);
    this.#base = undefined;
    const prepared = await prepareSnapshot(this.#index, slot.stateDir);
    this.#index = { ...this.#index, packs: knownPacksOf(prepared.packs) };
    writeSlotIndex(slot.indexPath, this.#index);
    if (this.#index.units.length === 0) return undefined;
    // Of what was captured, not of what may have been written since.
    const { stamps } = this.#index;
    const fingerprint =
      stamps.size === walked.length ? look.fingerprint : fingerprintOf(slot.stateDir, layout, stamps);
    this.#base = { snapshot: prepared.id, fingerprint, folders };
    const now = this.#now();
    this.#origins = joinOrigins(this.#origins, [{ writer: this.#options.writer, first: now, last: now }]);
    return prepared;
  }

  /** Stores what `capture` found, or what the store has not got yet, and moves the refs. */
  async publish(news: PreparedSnapshot | undefined): Promise<Volume> {
    const { contextHash, local, position, slot } = this.#options;
    if (!this.#base) return nothing;
    const origins = this.#origins;
    const isTold = this.#isStored();
    if (!news && isTold && this.#record?.commit === (position.head?.commit ?? null)) return nothing;
    const { snapshot } = this.#base;
    const { about } = this.#options;
    const aboutRefs = position.head?.commit ? { ...about, commit: position.head.commit } : about;
    const workTree = await this.#workTreeThroughout();
    const refs = refEntries(contextHash, refsToWrite(position, workTree), snapshot, aboutRefs, origins);
    const isThere = !news && isTold && (await this.#snapshots.announce(snapshot, local, refs));
    const unsaved = isThere ? undefined : (news ?? (await prepareSnapshot(this.#known(), slot.stateDir)));
    const uploaded = unsaved
      ? await this.#snapshots.save(unsaved, slot.stateDir, { refs, present: this.#present, origins, about })
      : nothing;
    this.#storedAt = this.#now();
    return { ...nothing, ...uploaded };
  }

  /** The slot holds what `capture` found: the next run may start from it. `published`: so does the store. */
  settle(published: boolean): void {
    const { slot, position, storeId } = this.#options;
    if (!this.#base) return;
    const { snapshot, fingerprint, folders } = this.#base;
    const commit = position.head?.commit ?? null;
    const storedAt = this.#storedAt ?? this.#record?.storedAt ?? 0;
    const known = (published && storeId()) || null;
    const settledAt = this.#now();
    const origins = this.#origins;
    const record = { snapshot, fingerprint, folders, commit, storeId: known, storedAt, settledAt, origins };
    writeSlotRecord(slot.recordPath, record);
  }

  setAside(snapshot: string, why: string, isCertain: boolean): Promise<void> {
    return this.#snapshots.setAside(snapshot, why, isCertain);
  }

  takeBack(snapshot: string): Promise<void> {
    return this.#snapshots.takeBack(snapshot);
  }

  /** Who had a hand in what the checker starts from, or in what it has left. */
  get origins(): readonly Origin[] {
    return this.#origins;
  }

  /** In place of `prepare`, where another process has prepared the slot: with these origins. */
  startFrom(origins: readonly Origin[]): void {
    this.#origins = origins;
  }

  get snapshot(): string | null {
    return this.#base?.snapshot ?? null;
  }

  #stay(record: SlotRecord): Prepared {
    this.#base = record;
    this.#origins = record.origins;
    return { ...cold, outcome: 'hit', reason: null, snapshot: record.snapshot, source: 'slot' };
  }

  /** From the store in one batch, with what the slot itself holds in its place among them. */
  async #choose(): Promise<{
    readonly choices: readonly Choice[];
    readonly trouble: MissReason | undefined;
  }> {
    const { cache, contextHash, env, root, position } = this.#options;
    const { head } = position;
    const lineage = await readLineage(root, head, { env });
    const names = refsToRead(position, lineage);
    const down: Found = { candidates: [], trouble: 'unavailable' };
    const find = () => findCandidates(cache, contextHash, names);
    const { candidates, trouble } = await failOpen('restore', this.#options.outage, find, down);
    // Whoever was asked may have told what is revoked by now.
    if (this.#isRevoked(this.#record)) this.#record = undefined;
    const commits = [...(head?.commit ? [head.commit] : []), ...lineage.ancestors];
    const nearest = candidates.slice(0, maxTries);
    return { choices: orderCandidates(nearest, this.#record, commits, head?.branch), trouble };
  }

  async #tryChoice(choice: Choice): Promise<Prepared> {
    if (!isFromStore(choice)) return await this.#tryOwn(choice);
    const down: LoadedSnapshot = { ok: false, reason: 'unavailable' };
    const load = () => this.#snapshots.load(choice.snapshot);
    const loaded = await failOpen('restore', this.#options.outage, load, down);
    if (!loaded.ok) return { ...cold, reason: loaded.reason };
    const { units, packs, lost, origins } = loaded.snapshot;
    // A capture takes nothing but files of the layout, each with its unit: somebody else has made this up.
    if (!units.every((unit) => this.#isOfLayout(unit))) return { ...cold, reason: 'meta-corrupt' };
    const { restored, isWhole } = await this.#bringTo({ units, packs });
    const isEmpty = restored.index.units.length === 0;
    if (isEmpty || restored.unusable) return { ...cold, reason: lost ?? restored.lost ?? 'absent' };
    this.#origins = origins;
    const reason = lost ?? restored.lost ?? null;
    const { layout, slot } = this.#options;
    if (isWhole && !reason) this.#base = restoredBase(slot, layout, choice.snapshot, restored.index);
    return this.#restoredTo(choice, restored, reason);
  }

  /** What the slot holds, of another commit. */
  async #tryOwn(record: SlotRecord): Promise<Prepared> {
    // A nearer choice, of no use in the end, has been written over it.
    if (this.#record !== record) return cold;
    const { units } = this.#known();
    if ((await this.#options.layout.unitsToDistrust(units)).size === 0) return this.#stay(record);
    this.#origins = record.origins;
    await this.#bringTo(await wantedStateOf(this.#known()));
    return { ...cold, outcome: 'hit', reason: null, snapshot: record.snapshot, source: 'slot' };
  }

  /** Makes the slot hold these units, but for those that the checker would trust wrongly here. */
  async #bringTo({
    units,
    packs,
  }: WantedState): Promise<{ readonly restored: Restored; readonly isWhole: boolean }> {
    const { slot, cache, layout, outage } = this.#options;
    const readable: ReadableBlobs = {
      getMany: (refs) => failOpen('restore', outage, () => cache.blobs.getMany(refs), refs.map(unavailable)),
    };
    const distrusting = layout.unitsToDistrust(units);
    // Should restoring fail, it is that failure which is told.
    distrusting.catch(() => {});
    const restored = await restoreState(slot.stateDir, { units, packs }, this.#known(), readable);
    // The slot no longer holds what its record says, whatever becomes of this choice.
    this.#record = undefined;
    const distrusted = await distrusting;
    this.#index = removeUnits(slot.stateDir, restored.index, distrusted);
    return { restored: { ...restored, index: this.#index }, isWhole: distrusted.size === 0 };
  }

  #isOfLayout({ name, files }: Unit): boolean {
    return files.every(({ path }) => this.#options.layout.unitOf(path) === name);
  }

  #restoredTo({ snapshot, name }: Candidate, restored: Restored, reason: MissReason | null): Prepared {
    const { files, bytes } = restored;
    const outcome = reason ? 'partial' : 'hit';
    return { outcome, reason, snapshot, source: name.by, restored: { files, bytes, remoteBytes: 0 } };
  }

  #known(): SlotIndex {
    this.#index ??= readSlotIndex(this.#options.slot.indexPath);
    return this.#index;
  }

  /** Has the store been told what the slot held when the checker started, and lately? */
  #isStored(): boolean {
    const record = this.#record;
    // Without a record, the base comes from the store itself.
    if (!record) return this.#base !== undefined;
    const isFresh = this.#now() - record.storedAt < maxStoredAgeMs;
    return isFresh && record.storeId !== null && record.storeId === this.#options.storeId();
  }

  /** What is revoked may have been heard of since. */
  async #unlessRevoked(record: SlotRecord | undefined): Promise<SlotRecord | undefined> {
    const { outage, revocations } = this.#options;
    if (!record) return undefined;
    await failOpen('restore', outage, () => revocations.load(), undefined);
    return this.#isRevoked(record) ? undefined : record;
  }

  #isRevoked(record: SlotRecord | undefined): boolean {
    const { about, revocations } = this.#options;
    return record !== undefined && revocations.list.revokes({ hands: record.origins, attributes: about });
  }

  /** What was written before the machine last started may have lost its content in a power cut: then we look. */
  #trustworthy(record: SlotRecord | undefined): SlotRecord | undefined {
    const startedAt = this.#now() - uptime() * 1000;
    if (!record || record.settledAt > startedAt || record.fingerprint === this.#fingerprint()) return record;
    return undefined;
  }

  /** Clean only if it was so beside the checker and is so now: it may have been put in order, or out of it, in between. */
  async #workTreeThroughout(): Promise<WorkTree> {
    const { env, position, root } = this.#options;
    if (this.#workTree !== 'clean') return this.#workTree;
    return await readWorkTree(root, position.head, { env });
  }

  #now(): number {
    return (this.#options.clock ?? systemClock).now();
  }

  #fingerprint(): string {
    const { slot, layout } = this.#options;
    return fingerprintOf(slot.stateDir, layout, stampsIn(walkUnits(slot.stateDir, layout)));
  }
}

function unavailable(): BlobResult {
  return { found: false, reason: 'unavailable' };
}
