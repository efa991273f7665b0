import {
  fingerprintOf,
  isStillSo,
  movesFolderTimes,
  restoredFolders,
  stampsIn,
  walkWithFolders,
  type LeasedSlot,
  type SlotIndex,
  type SlotRecord,
  type StateLayout,
  type WalkedFile,
} from '@cleanmiss/snapshot';

/** The state, and what is remembered of it beside it. */
export type StatePaths = Pick<LeasedSlot, 'stateDir' | 'recordPath' | 'indexPath'>;

/** A whole snapshot that a slot holds, and what the slot looked like then. */
export type SlotBase = Pick<SlotRecord, 'snapshot' | 'fingerprint' | 'folders'>;

/** What a look at the files of a slot finds. */
export interface SlotLook extends Pick<SlotRecord, 'fingerprint' | 'folders'> {
  readonly walked: readonly WalkedFile[];
}

/** `undefined` where nothing was written since. `known`: what the slot held then, which is read only where it is needed. */
export function lookAtSlot(
  { stateDir, indexPath }: StatePaths,
  layout: StateLayout,
  base: SlotBase | undefined,
  known: () => SlotIndex,
): SlotLook | undefined {
  const before = movesFolderTimes(indexPath) ? base?.folders : null;
  if (before && isStillSo(stateDir, layout, before)) return undefined;
  const unchanged = before ? { folders: before, index: known() } : undefined;
  const { walked, folders } = walkWithFolders(stateDir, layout, unchanged);
  return { walked, folders, fingerprint: fingerprintOf(stateDir, layout, stampsIn(walked)) };
}

/** Of a slot to which the snapshot was just restored. */
export function restoredBase(
  { stateDir }: StatePaths,
  layout: StateLayout,
  snapshot: string,
  index: SlotIndex,
): SlotBase {
  const fingerprint = fingerprintOf(stateDir, layout, index.stamps);
  return { snapshot, fingerprint, folders: restoredFolders(stateDir, layout, index) };
}
