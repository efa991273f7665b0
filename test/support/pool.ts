/** Does a work for each item, no more than `size` at once; answers in the order of the items, or rejects as the first that fails. */
export async function inPool<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const takeAll = async () => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: size }, takeAll));
  return results;
}
