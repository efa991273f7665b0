/** Starts several at once; where one cannot be started, the others are stopped. */
export async function startAll<T extends AsyncDisposable>(
  count: number,
  start: () => Promise<T>,
): Promise<readonly T[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, start));
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined) return started;
  await stopAll(started);
  throw failure.reason;
}

export async function stopAll(resources: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(resources.map((resource) => resource[Symbol.asyncDispose]()));
}
