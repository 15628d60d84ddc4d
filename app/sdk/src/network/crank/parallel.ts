/** Requests to a node at once. */
const REQUESTS = 6;

/** Calls `work` for slices of the items, a few at a time. @returns its results in the slices' order */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (batch: T[]) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const count = Math.ceil(items.length / size);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const at = next++;
      results[at] = await work(items.slice(at * size, (at + 1) * size));
    }
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS, count) }, lane));
  return results;
}
