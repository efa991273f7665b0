import { isChecksum, type Checksum, type ChecksumOf } from './checksum.js';
import { digestOf, isDigest, type Digest } from './digest.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';

/** What a meta says of one blob: enough to find it and to tell whether the bytes found are the ones meant. */
export interface BlobRef {
  readonly digest: Digest;
  /** Bytes of uncompressed content. */
  readonly size: number;
  readonly checksum: Checksum;
}

/** What says that it is longer is no reference to a blob: Node hashes and reads no more at once. */
export const maxBlobBytes = 2 ** 31;

/** A blob in hand: its bytes under their true name. */
export interface Blob {
  readonly ref: BlobRef;
  readonly bytes: Uint8Array;
}

export function blobOf(bytes: Uint8Array, checksumOf: ChecksumOf): Blob {
  return { ref: { digest: digestOf(bytes), size: bytes.length, checksum: checksumOf(bytes) }, bytes };
}

/** Each content once, in the order of their first. */
export function distinctRefs(refs: readonly BlobRef[]): readonly BlobRef[] {
  return [...new Map(refs.map((ref) => [ref.digest, ref])).values()];
}

/** The check of every local read. Damage gets past it with a probability of 2^-64. */
export function matchesChecksum(bytes: Uint8Array, ref: BlobRef, checksumOf: ChecksumOf): boolean {
  return bytes.length === ref.size && checksumOf(bytes) === ref.checksum;
}

/** The check at a trust boundary. */
export function matchesDigest(bytes: Uint8Array, ref: BlobRef): boolean {
  return bytes.length === ref.size && digestOf(bytes) === ref.digest;
}

/** `undefined` where the value is no blob reference. */
export function parseBlobRef(value: Json | undefined): BlobRef | undefined {
  if (!isJsonObject(value)) return undefined;
  const { digest, size, checksum } = value as { digest?: Json; size?: Json; checksum?: Json };
  if (!isDigest(digest) || !isChecksum(checksum)) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > maxBlobBytes)
    return undefined;
  return { digest, size, checksum };
}

export function blobRefToJson(ref: BlobRef): JsonObject {
  return { digest: ref.digest, size: ref.size, checksum: ref.checksum };
}
