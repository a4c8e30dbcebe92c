// Many small questions to a disk, some at a time: one after the other each waits for the one before, and all at once take the
// handles and the memory of everybody else.

const MOST = 16;

/** @returns what `job` makes of each item, in the order of the items; rejects with the first that does */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  job: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  async function work(): Promise<void> {
    for (const [index, item] of waiting) results[index] = await job(item);
  }
  await Promise.all(Array.from({ length: Math.min(MOST, items.length) }, work));
  return results;
}
