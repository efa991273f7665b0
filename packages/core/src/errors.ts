/** Stable codes: callers branch on these, never on a message. */
export type CacheErrorCode =
  | 'ERR_INVALID_DIGEST'
  | 'ERR_INVALID_KEY'
  | 'ERR_INVALID_OPTION'
  | 'ERR_INVALID_STATE'
  | 'ERR_CONFIG'
  | 'ERR_UNKNOWN_FORMAT'
  | 'ERR_OUTAGE';

/** A failure that was foreseen: `code` says which, `cause` holds what was underneath. */
export class CacheError extends Error {
  override readonly name = 'CacheError';

  constructor(
    readonly code: CacheErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const outages: ReadonlySet<string> = new Set([
  // the disk: full, over quota, read-only, not ours, failing
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENODEV', 'ESTALE', 'EBUSY', 'ENXIO'],
  // something that is not a folder stands where the store should be
  ...['ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'],
  // the process: out of handles or memory
  ...['EMFILE', 'ENFILE', 'ENOMEM'],
  // the network
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ENOTCONN'],
  'ERR_OUTAGE',
]);

/**
 * The one classifier behind retry, breaker and fail-open: is the tier out of order, so that the check has to go on
 * without it? Corruption is not an outage (it is a miss), and neither is a bug (it must be seen).
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  return code !== undefined && outages.has(code);
}
