import type { BlobStore } from './blob-store.js';
import type { CallOptions } from './call-options.js';

export interface StoreStats {
  readonly metas: number;
  readonly blobs: number;
  /** Bytes of blob content. */
  readonly blobBytes: number;
  readonly quarantined: number;
}

/** Another tier, which may still have what is damaged or missing here. */
export interface RepairSource {
  /** For people: no credentials. */
  readonly name: string;
  /** Verifying by digest; rejects where it is out of order. */
  readonly blobs: Pick<BlobStore, 'getMany'>;
}

export interface VerifyOptions extends CallOptions {
  /** Asked in this order for the blobs that metas name and that are damaged or missing. Default: none, those stay missing. */
  readonly repairFrom?: readonly RepairSource[];
}

export interface VerifyReport {
  readonly metas: number;
  /** Found whole. */
  readonly blobs: number;
  readonly blobBytes: number;
  /** Blobs whose bytes did not match their digest: now in quarantine. */
  readonly corruptBlobs: number;
  /** Files under a key that hold no meta of that key: removed. */
  readonly corruptMetas: number;
  /** Blobs that were damaged or missing, and were put back. */
  readonly repairedBlobs: number;
  /** Blobs that metas name, themselves or by an index, and that are neither there (nor in another scope of the directory) nor to be had. */
  readonly missingBlobs: number;
  /** Metas that lead to such a blob: each a clean miss. */
  readonly incompleteMetas: number;
  /** Left as they are: another version may read them. */
  readonly unknownFormats: number;
  /** What became of each of `repairFrom`. */
  readonly repairs: readonly RepairReport[];
}

export interface RepairReport {
  readonly source: string;
  /** Had from there. */
  readonly blobs: number;
  readonly blobBytes: number;
  /** The outage after which it was not asked any more, in words. */
  readonly failure: string | null;
}

export interface GcOptions extends CallOptions {
  /** Metas that nobody has used for so long are dropped. Default: 30 days. */
  readonly maxAgeMs?: number;
  /**
   * The most that blobs may hold in all, in bytes of their content: the metas that were used last are kept until what they
   * need would pass it, and then no more that need anything else. Of a directory with scopes: in each of them. Default: no limit.
   */
  readonly maxBytes?: number;
  /**
   * What was written or relied on more recently than this stays, named or not, within the bounds or not: a writer may be about
   * to name it. Must be longer than the longest publish. Default: one hour.
   */
  readonly graceMs?: number;
  /** Answer what would go, and touch nothing. Default: false. */
  readonly dryRun?: boolean;
}

/** Bytes are those of blob content. */
export interface GcReport {
  readonly removedMetas: number;
  readonly removedBlobs: number;
  readonly removedBytes: number;
  readonly keptMetas: number;
  readonly keptBlobs: number;
  readonly keptBytes: number;
  /** By how much `keptBytes` passes `maxBytes`: what is too young to go. */
  readonly excessBytes: number;
}

/** Upkeep of a tier that we administer. Safe beside any number of readers and writers. */
export interface Maintenance {
  stats(options?: CallOptions): Promise<StoreStats>;
  /** Reads everything against its digest; quarantines damage, and repairs what another tier still has. */
  verify(options?: VerifyOptions): Promise<VerifyReport>;
  gc(options?: GcOptions): Promise<GcReport>;
}
