/** Answers in the order of the items; at most `atOnce` of them are under way at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  step: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [i, item] of waiting) results[i] = await step(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
