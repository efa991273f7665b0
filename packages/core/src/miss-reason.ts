/** Why a `get` found nothing. The set is closed: a tool may switch over it exhaustively. */
export const missReasons = [
  /** Nobody has stored anything under the key (or it was collected). */
  'absent',
  /** The meta is there, a blob it names is not. */
  'blob-missing',
  /** The bytes under a blob's name are not the bytes the meta means. They have been quarantined. */
  'blob-corrupt',
  /** What stands under the key is not a meta, or is the meta of another key. */
  'meta-corrupt',
  /** Written in a format that this version does not know. */
  'unknown-format',
  /** Signed by nobody whom we trust, or revoked. */
  'untrusted',
  /** The tier did not answer. */
  'unavailable',
] as const;

export type MissReason = (typeof missReasons)[number];
export type BlobMissReason = Extract<MissReason, 'blob-missing' | 'blob-corrupt' | 'unavailable'>;
