/** What every call that may take a while accepts. */
export interface CallOptions {
  /** Ends the call early: it rejects with the signal's reason, having changed nothing or a whole part. */
  readonly signal?: AbortSignal;
}
