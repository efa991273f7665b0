/** Settles as `work` does, or at once with the reason of the first signal that ends. Leaves no listener behind. */
export async function untilAborted<T>(
  signals: readonly (AbortSignal | undefined)[],
  work: Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      if (signal?.aborted) reject(signal.reason as Error);
      else onAbort(signal, () => reject(signal?.reason as Error), ended.signal);
    }
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    ended.abort();
  }
}

/** Ends with either: by itself, or because the one above it ended. */
export function childOf(parent: AbortSignal): AbortController {
  const child = new AbortController();
  if (parent.aborted) child.abort(parent.reason);
  else onAbort(parent, () => child.abort(parent.reason), child.signal);
  return child;
}

/** Calls once, unless `until` ends before. */
export function onAbort(signal: AbortSignal | undefined, call: () => void, until: AbortSignal): void {
  signal?.addEventListener('abort', call, { once: true, signal: until });
}
