import { rmSync } from 'node:fs';
import type { Cache, MissReason } from '@cleanmiss/core';
import {
  captureState,
  emptyState,
  findCandidates,
  fingerprintOf,
  openSlotRecord,
  pointRefs,
  prepareSnapshot,
  readLineage,
  readSlotIndex,
  readSlotRecord,
  restoreState,
  SnapshotStore,
  walkUnits,
  writeSlotIndex,
  writeSlotRecord,
  type Candidate,
  type LeasedSlot,
  type PreparedSnapshot,
  type Restored,
  type SlotIndex,
  type SlotRecord,
  type StateLayout,
  type Unit,
} from '@cleanmiss/snapshot';
import { isFromStore, orderCandidates, type Choice } from './order-candidates.js';
import { nothing, type RunReport, type Volume } from './report.js';
import { refsToRead, refsToWrite, type Position } from './wanted-refs.js';

/** The state, and what is remembered of it beside it. */
export type StatePaths = Pick<LeasedSlot, 'stateDir' | 'recordPath' | 'indexPath'>;

export interface SlotSessionOptions {
  readonly slot: StatePaths;
  /** Rejects on an outage: whoever calls decides what happens without the store. */
  readonly cache: Cache;
  readonly contextHash: string;
  readonly layout: StateLayout;
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly position: Position;
  /** Names the store, as `OpenedCache.storeId` does. */
  readonly storeId: () => string | undefined;
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

const cold: Prepared = { outcome: 'miss', reason: 'absent', snapshot: null, source: null, restored: nothing };

/** A leased slot from before the checker starts until its state is stored. */
export class SlotSession {
  readonly #options: SlotSessionOptions;
  readonly #snapshots: SnapshotStore;
  #record: SlotRecord | undefined;
  /** What the slot is known to hold; `undefined`: not read yet. */
  #index: SlotIndex | undefined;
  /** The whole snapshot that the slot held when the checker started. */
  #base: { readonly snapshot: string; readonly fingerprint: string } | undefined;

  constructor(options: SlotSessionOptions) {
    this.#options = options;
    this.#snapshots = new SnapshotStore(options.cache);
  }

  /** Brings the slot to the nearest snapshot there is. From here until `settle`, it counts as left in the middle. */
  async prepare(): Promise<Prepared> {
    const { slot, position } = this.#options;
    this.#record = readSlotRecord(slot.recordPath);
    openSlotRecord(slot.recordPath);
    // The same commit as in the last run here: nothing in the store is nearer than what that run left.
    if (this.#record?.commit === (position.head?.commit ?? null)) return this.#stay(this.#record);
    const { choices, trouble } = await this.#choose();
    let reason = trouble;
    for (const choice of choices.slice(0, maxTries)) {
      const prepared = await this.#tryChoice(choice);
      if (prepared.outcome !== 'miss') return prepared;
      reason ??= prepared.reason ?? undefined;
    }
    await this.startCold();
    return { ...cold, reason: reason ?? 'absent' };
  }

  /** Empties the slot. */
  async startCold(): Promise<void> {
    this.#record = undefined;
    this.#base = undefined;
    const { slot, cache } = this.#options;
    rmSync(slot.indexPath, { force: true });
    this.#index = await emptyState(slot.stateDir, cache.blobs);
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
    const walked = walkUnits(slot.stateDir, layout);
    if (this.#base?.fingerprint === fingerprintOf(slot.stateDir, layout, walked)) return undefined;
    this.#index = await captureState(slot.stateDir, layout, this.#known(), walked);
    writeSlotIndex(slot.indexPath, this.#index);
    this.#base = undefined;
    if (this.#index.units.length === 0) return undefined;
    const prepared = await prepareSnapshot(this.#index.units);
    this.#base = { snapshot: prepared.id, fingerprint: this.#fingerprint() };
    return prepared;
  }

  /** Stores what `capture` found, or what the store has not got yet, and moves the refs. */
  async publish(news: PreparedSnapshot | undefined): Promise<Volume> {
    const { cache, contextHash, position, slot } = this.#options;
    if (!this.#base) return nothing;
    const inStore = this.#isStored();
    if (!news && inStore && this.#record?.commit === (position.head?.commit ?? null)) return nothing;
    const unsaved = news ?? (inStore ? undefined : await prepareSnapshot(this.#known().units));
    const uploaded = unsaved ? await this.#snapshots.save(unsaved, slot.stateDir) : nothing;
    const about = position.head?.commit ? { commit: position.head.commit } : {};
    await pointRefs(cache, contextHash, refsToWrite(position), this.#base.snapshot, about);
    return { ...nothing, ...uploaded };
  }

  /** The slot holds what `capture` found: the next run may start from it. `published`: so does the store. */
  settle(published: boolean): void {
    const { slot, position, storeId } = this.#options;
    if (!this.#base) return;
    const commit = position.head?.commit ?? null;
    writeSlotRecord(slot.recordPath, { ...this.#base, commit, storeId: (published && storeId()) || null });
  }

  setAside(snapshot: string, why: string): Promise<void> {
    return this.#snapshots.setAside(snapshot, why);
  }

  takeBack(snapshot: string): Promise<void> {
    return this.#snapshots.takeBack(snapshot);
  }

  get snapshot(): string | null {
    return this.#base?.snapshot ?? null;
  }

  #stay(record: SlotRecord): Prepared {
    this.#base = record;
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
    const { candidates, trouble } = await findCandidates(cache, contextHash, refsToRead(position, lineage));
    const commits = [...(head?.commit ? [head.commit] : []), ...lineage.ancestors];
    return { choices: orderCandidates(candidates, this.#record, commits, head?.branch), trouble };
  }

  async #tryChoice(choice: Choice): Promise<Prepared> {
    if (!isFromStore(choice)) return await this.#tryOwn(choice);
    const loaded = await this.#snapshots.load(choice.snapshot);
    if (!loaded.ok) return { ...cold, reason: loaded.reason };
    const { units, lost } = loaded.snapshot;
    const { restored, isWhole } = await this.#bringTo(units);
    if (restored.unusable) return { ...cold, reason: restored.lost ?? 'blob-missing' };
    const reason = lost ?? restored.lost ?? null;
    if (isWhole && !reason) this.#base = { snapshot: choice.snapshot, fingerprint: this.#fingerprint() };
    return this.#restoredTo(choice, restored, reason);
  }

  /** What the slot holds, of another commit. */
  async #tryOwn(record: SlotRecord): Promise<Prepared> {
    const { units } = this.#known();
    if (this.#options.layout.unitsToDistrust(units).size === 0) return this.#stay(record);
    await this.#bringTo(units);
    return { ...cold, outcome: 'hit', reason: null, snapshot: record.snapshot, source: 'slot' };
  }

  /** Makes the slot hold these units, but for those that the checker would trust wrongly here. */
  async #bringTo(
    units: readonly Unit[],
  ): Promise<{ readonly restored: Restored; readonly isWhole: boolean }> {
    const { slot, cache, layout } = this.#options;
    const distrusted = layout.unitsToDistrust(units);
    const trusted = units.filter(({ name }) => !distrusted.has(name));
    const restored = await restoreState(slot.stateDir, trusted, this.#known(), cache.blobs);
    this.#index = restored.index;
    // The slot no longer holds what its record says, whatever becomes of this choice.
    this.#record = undefined;
    if (!restored.unusable) writeSlotIndex(slot.indexPath, restored.index);
    return { restored, isWhole: distrusted.size === 0 };
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

  /** Has the store what the slot held when the checker started? */
  #isStored(): boolean {
    if (this.#record)
      return this.#record.storeId !== null && this.#record.storeId === this.#options.storeId();
    // Without a record, the base comes from the store itself.
    return this.#base !== undefined;
  }

  #fingerprint(): string {
    const { slot, layout } = this.#options;
    return fingerprintOf(slot.stateDir, layout, walkUnits(slot.stateDir, layout));
  }
}
