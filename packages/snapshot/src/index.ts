export * from './capture.js';
export * from './chunking.js';
export { fingerprintOf } from './fingerprint.js';
export * from './folder-print.js';
export * from './keys.js';
export * from './manifest.js';
export * from './own-file.js';
export { PackedBlobs } from './packed-blobs.js';
export { knownPacksOf, maxPackedBytes, type KnownPacks, type Pack } from './packs.js';
export { encodeAhead } from './pages.js';
export { replaceFile } from './replace-file.js';
export * from './refs.js';
export * from './restore.js';
export * from './safe-path.js';
export * from './slot-index.js';
export * from './slot-record.js';
export * from './snapshot-store.js';
export * from './state-layout.js';
export * from './state-walk.js';
export type { ReadableBlobs } from './state-writer.js';
export * from './upload.js';
export * from './git-ci-job.js';
export * from './git-head.js';
export * from './git-lineage.js';
export type { GitOptions } from './git-process.js';
export * from './git-work-tree.js';
export * from './lease.js';
export * from './project-identity.js';
export { ProjectRegistry } from './project-registry.js';
export * from './project-root.js';
export * from './project-upkeep.js';
export {
  ensureOwnDirectory,
  ensureSlotsDirectory,
  isOwnDirectory,
  projectStatePath,
  type SlotPaths,
} from './slot-layout.js';
export * from './slot-store.js';
export * from './slot-upkeep.js';
